import manifest from '../../package.json' with { type: 'json' };
import { bashCompletion } from './bash-completion.ts';
import { manPage } from './man-page.ts';
import { zshCompletion } from './zsh-completion.ts';

/** By name below dist/. */
export const documents: Readonly<Record<string, string>> = {
  'hap-monitor.1': manPage(manifest.version),
  'completion/hap-monitor.bash': bashCompletion(),
  'completion/_hap-monitor': zshCompletion(),
};
