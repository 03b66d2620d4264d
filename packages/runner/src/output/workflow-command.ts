export interface WorkflowCommand {
  name: string
  properties: Record<string, string>
  value: string
}

/**
 * Reads `::name key=value,key=value::text`, and the older `##[name key=value;]text`, from a line of output.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function parseWorkflowCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([A-Za-z][\w-]*)(?:\s+(.*?))?::(.*)$/s.exec(line)
  if (match !== null) {
    const [, name = '', properties = '', value = ''] = match
    return {
      name: name.toLowerCase(),
      properties: parseProperties(properties, ',', unescapeProperty),
      value: unescapeValue(value),
    }
  }
  const older = /^\s*##\[([A-Za-z][\w-]*)(?:\s+(.*?))?\](.*)$/s.exec(line)
  if (older === null) return undefined
  const [, name = '', properties = '', value = ''] = older
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties, ';', unescapeOlder),
    value: unescapeOlder(value),
  }
}

function parseProperties(text: string, separator: string, unescaped: (text: string) => string): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const part of text.split(separator)) {
    const at = part.indexOf('=')
    if (at > 0) properties[part.slice(0, at).trim().toLowerCase()] = unescaped(part.slice(at + 1))
  }
  return properties
}

function unescapeValue(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

function unescapeOlder(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%25', '%')
}
