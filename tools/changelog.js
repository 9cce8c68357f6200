/** Throws unless the newest section is that of the version, with the day of its release. */
export function checkReleased(changelog, version) {
  const [, newest, date = ''] = /^## (\S+)(?: - (.*))?$/m.exec(changelog) ?? [];
  if (newest !== version)
    throw new Error(`CHANGELOG.md: its newest section is ${newest}, the version is ${version}`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) {
    throw new Error(
      `CHANGELOG.md: ${version}: "${date}" is no day: write the day of the release, as in 2026-11-26`,
    );
  }
}
