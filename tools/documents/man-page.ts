import { describeOption, MANUALS, type Manual } from '../../src/config/manual.ts';
import { COMMANDS, type Command, type Option } from '../../src/config/options/option.ts';
import { type FlagRow, listFlags, nameArgument } from './flags.ts';

const [RUN, ...OTHERS] = COMMANDS;

/** The last change of the text; the day of the build would make every build differ. */
const DAY = 'November 26, 2026';

/** The manual in mdoc(7). */
export function manPage(version: string): string {
  return `.Dd ${DAY}
.Dt HAP-MONITOR 1
.Os hap-monitor ${version}
.Sh NAME
.Nm hap-monitor
.Nd ${MANUALS[RUN].summary}
.Sh SYNOPSIS
${COMMANDS.map(command => `.Nm\n${escapeRoff(MANUALS[command].synopsis)}`).join('\n')}
.Sh DESCRIPTION
.Nm
asks every endpoint for
.Ql show info
and
.Ql show stat ,
makes datapoints of the answers, delivers them and ends.
It is started by
.Xr cron 8 ,
by a
.Xr systemd.timer 5
or by a person, and it is silent unless something is wrong.
${OTHERS.map(command => `.Pp\n.Nm Cm ${command}\n${escapeRoff(MANUALS[command].summary)}.`).join('\n')}
.Sh OPTIONS
Times are seconds unless an option says otherwise.
In brackets stands the default.
${renderGroups(listFlags(RUN))}
${OTHERS.map(renderOwn).join('\n')}
.Sh FILES
.Bl -tag -width Ds
.It Pa /run/haproxy/stats.sock
A stats socket in haproxy.cfg.
The user needs to write to it; level
.Ql user
is enough.
.It Pa /etc/haproxystats.conf
A config file of haproxystats, read as it stands by
.Fl -config .
.It Pa /var/spool/hap-monitor
A directory for
.Fl -spool ,
of mode 0700, owned by the user that runs
.Nm .
.El
.Sh EXIT STATUS
The highest that applies is returned.
${COMMANDS.map(command => `.Pp\n.Nm Cm ${command} :\n${renderCodes(MANUALS[command].codes)}`).join('\n')}
.Sh EXAMPLES
${COMMANDS.flatMap(command => MANUALS[command].examples.map(renderExample)).join('\n.Pp\n')}
.Sh SEE ALSO
.Xr haproxy 1 ,
.Xr crontab 5 ,
.Xr systemd.timer 5
`;
}

/** The options that a command has beside those of a run. */
function renderOwn(command: Command): string {
  const options = listFlags(command);
  const own = options.filter(([, { commands }]) => !commands?.includes(RUN));
  const shared = options.filter(row => !own.includes(row)).map(([name]) => `--${name}`);
  const groups = own.length === 0 ? '' : `${renderGroups(own)}\n`;
  return `${groups}.Pp\n.Nm Cm ${command}\nalso takes ${escapeRoff(shared.join(', '))}.`;
}

function renderGroups(options: readonly FlagRow[]): string {
  const groups = new Set(options.map(([, { group }]) => group));
  return Array.from(groups, name => {
    const rows = options.filter(([, { group }]) => group === name);
    return [`.Ss ${name}`, '.Bl -tag -width Ds', ...rows.map(renderOption), '.El'].join('\n');
  }).join('\n');
}

function renderOption([name, option]: FlagRow): string {
  const short = option.short === undefined ? '' : `Fl ${option.short} , `;
  const argument = renderArgument(option);
  return `.It ${short}Fl -${name.replaceAll('-', '\\-')}${argument}\n${escapeRoff(describeOption(option))}`;
}

function renderArgument(option: Option): string {
  const { kind, choices = [] } = option;
  if (kind === 'choice') return ` Cm ${choices.join(' | ')}`;
  const name = nameArgument(option);
  return name === '' ? '' : ` Ar ${name.replace('...', ' ...')}`;
}

function renderCodes(codes: Manual['codes']): string {
  const items = Object.entries(codes).map(([code, meaning]) => `.It ${code}\n${meaning}`);
  return ['.Bl -tag -width Ds', ...items, '.El'].join('\n');
}

function renderExample({ what, args }: Manual['examples'][number]): string {
  return `${escapeRoff(what)}:\n.Bd -literal -offset indent\nhap-monitor ${escapeRoff(args)}\n.Ed`;
}

/** Text as it is to stand there: roff reads a backslash, and a dot or quote that begins a line; a bare minus is a hyphen. */
function escapeRoff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
}
