import { COMMANDS, type Option, takesValue } from '../../src/config/options/option.ts';
import { type FlagRow, listFlags } from './flags.ts';

const ALL = [...new Map(COMMANDS.flatMap(listFlags))];

/** A completion for bash: a static file, since starting the program at each TAB would be felt. */
export function bashCompletion(): string {
  const [run, ...others] = COMMANDS.map(command => [command, listWords(command)] as const);
  return `# bash completion for hap-monitor

_hap_monitor() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) option
  COMPREPLY=()
  # readline makes three words of --option=value.
  [[ $cur == = ]] && cur=
  [[ \${COMP_WORDS[at]} == = ]] && at=$((at - 1))
  option=\${COMP_WORDS[at]}
  # The second and further values of a list stand behind others.
  while [[ $option != -* ]] && ((at > 1)); do
    at=$((at - 1))
    case \${COMP_WORDS[at]} in
    ${pattern(ALL.filter(([, { kind }]) => kind === 'list' || kind === 'words'))}) option=\${COMP_WORDS[at]} ;;
    -*) break ;;
    esac
  done

  local words='${run?.[1]}'
  case \${COMP_WORDS[1]} in
${others.map(([command, words]) => `  ${command}) words='${words}' ;;\n`).join('')}  esac
  ((COMP_CWORD == 1)) && words="${COMMANDS.join(' ')} $words"
  if [[ $cur != -* ]]; then
    case $option in
${renderCases()}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _hap_monitor hap-monitor
`;
}

function listWords(command: (typeof COMMANDS)[number]): string {
  return listFlags(command)
    .map(([name]) => `--${name}`)
    .join(' ');
}

/** A case for each way of completing, with all the options that are completed so. */
function renderCases(): string {
  const valued = ALL.filter(([, option]) => takesValue(option));
  const ways = new Set(valued.map(([, option]) => completeValue(option)));
  return Array.from(ways, way => {
    const options = valued.filter(([, option]) => completeValue(option) === way);
    return `    ${pattern(options)})\n${way}      return\n      ;;`;
  }).join('\n');
}

function completeValue({ choices, argument }: Option): string {
  if (choices !== undefined) return fill(`-W '${choices.join(' ')}'`);
  if (argument === 'directory') return FILENAMES + fill('-d');
  return argument === 'file' || argument === 'endpoint' ? FILENAMES + fill('-f') : '';
}

/** Readline puts a slash behind directories and quotes blanks; there is no readline where a test calls the function. */
const FILENAMES = '      compopt -o filenames 2>/dev/null\n';

function fill(what: string): string {
  return `      mapfile -t COMPREPLY < <(compgen ${what} -- "$cur")\n`;
}

function pattern(options: readonly FlagRow[]): string {
  return options.flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]).join(' | ');
}
