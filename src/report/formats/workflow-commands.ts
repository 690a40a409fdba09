/**
 * Commands that CI systems read in the output of a step. GitHub takes a line that begins with `::`,
 * and `##[` anywhere in a line; Azure Pipelines `##vso[`, TeamCity `##teamcity[`.
 */

/** Properties of a GitHub workflow command. */
type Properties = Readonly<Record<string, string | number | undefined>>;

/** `::error file=a.py,line=3::text`, escaped as GitHub's runner reads it, with a line end. */
export function formatCommand(name: string, properties: Properties, data: string): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${[name, given.join(',')].filter((part) => part !== '').join(' ')}::${escapeData(data)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

// The runner compares as people read: characters that show nothing do not keep it from seeing `::`.
// Our own colours stay.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const invisible = /(?![\t\n\r]|\u001b\[[\d;]*m)[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;

/**
 * Text that no CI system takes for a command, whatever an application wrote. Lines of JSON stay the
 * JSON that they are.
 */
export function defuseCommands(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('{"') ? defuseJson(line) : defuseLine(line)))
    .join('\n');
}

function defuseLine(line: string): string {
  return line
    .replace(invisible, '')
    .replace(/^(\s*):(?=:)/u, '$1: ')
    .replace(/##(?=\[|vso\[|teamcity\[)/g, '## ');
}

/** In JSON these characters stand in strings alone, and may be written in another way there. */
function defuseJson(line: string): string {
  return line.replace(/##(?=\[|vso\[|teamcity\[)/g, String.raw`\u0023#`);
}
