/** Columns of `show stat` that hold text, even where the text happens to look like a number. */
export const STAT_TEXT: ReadonlySet<string> = new Set([
  'pxname',
  'svname',
  'status',
  'check_status',
  'last_chk',
  'last_agt',
  'tracked',
  'agent_status',
  'check_desc',
  'agent_desc',
  'addr',
  'cookie',
  'mode',
  'algo',
  'proto',
]);

/** Fields of `show info` that hold text. `Tainted` is bits written as text, `0` or `0x2`. */
export const INFO_TEXT: ReadonlySet<string> = new Set([
  'Name',
  'Version',
  'Release_date',
  'Uptime',
  'node',
  'description',
  'Build info',
  'Tainted',
]);
