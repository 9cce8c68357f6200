/** Most characters of a printed line; text from outside may be longer than any reader, or mail, can bear. */
const LINE = 1000;

/** Most characters of a quoted text. */
const QUOTE = 200;

/** Turns any text into one line that cannot break, colour, reorder or flood the output, and shows no password. */
export function plainText(text: string): string {
  // Cut before as well: the patterns below look at long words more than once.
  const line = hideSecrets(cut(text, 2 * LINE)).replace(/\p{Cc}+/gu, ' ');
  return cut(line.replace(invisible(), escapeCharacter), LINE);
}

/** Quotes a given text for messages: shortened, and without a password, even one that has blanks. */
export function quote(text: string): string {
  const given = cut(text, 2 * LINE);
  const shown = /:.*@/s.test(given) ? given.replace(CREDENTIALS, '$1...@') : given;
  return JSON.stringify(cut(hideSecrets(shown), QUOTE)).replace(/\p{Cc}/gu, escapeCharacter); // JSON leaves DEL and C1
}

/**
 * Returns the text with `...` in place of whatever looks like a password, and mostly of its user: `http://...@host`,
 * `...@host`, `http://user:...`, `?password=...`; also of tokens and keys in a query.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(/(?<=\/\/)(?!\[?(?:user)?:?(?:password)?@)[^\s"]*@/g, '...@')
    .replace(
      /(?<=^|[\s"=,(])(?!(?:unix|socket):\/)([a-z]+:\/?(?=[^/]))?[^\s"=,(/]*:(?!\/\/|\/?\.\.\.@)[^\s"]*@/gi,
      '$1...@',
    )
    .replace(
      /(?<=\/\/)(?!host:port|user:password)([^\s"/:@[\]]+):(?!\d{1,5}(?![^\s"/?;,:)]))[^\s"/@]+/g,
      '$1:...',
    )
    .replace(/([?&;][\w-]*(?:pass|pwd|secret|token|key|auth)[\w-]*=)[^&;\s"]*/gi, '$1...');
}

/** Everything up to the last @, behind a name (`app=`) and a scheme. */
const CREDENTIALS = /^((?:[^\s=/:]+=)?(?:[a-z][a-z0-9+. -]*:\/{1,2})?).*@/is;

/** Finds marks that turn writing around, end a line, or cannot be seen; halves of characters. Few runs print: they make the pattern. */
function invisible(): RegExp {
  return /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
}

function escapeCharacter(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
