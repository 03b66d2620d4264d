import { parseArgs } from 'node:util'

export interface ToolPage {
  /** As a person types it: `pnpm check [name …] [--json]`. */
  usage: string
  /** What it does, in a sentence or two. */
  about: string
  /** Options without a value, each with what it means. */
  flags?: Readonly<Record<string, string>>
  /** Words that may be named, any number of them; left out: none may. */
  names?: readonly string[]
}

export interface ToolCall {
  has(flag: string): boolean
  names: string[]
}

/** What was typed: a call, the page that was asked for, or what is wrong with it. */
type Read = { call: ToolCall } | { page: string } | { fault: string }

/** A tool that runs for minutes must not begin because of a word that it does not know. */
export function readToolCall(typed: readonly string[], { usage, about, flags = {}, names = [] }: ToolPage): Read {
  const page = pageOf({ usage, about, flags, names })
  try {
    const options: Record<string, { type: 'boolean'; short?: string }> = { help: { type: 'boolean', short: 'h' } }
    for (const name of Object.keys(flags)) options[name] = { type: 'boolean' }
    const read = parseArgs({ args: [...typed], options, allowPositionals: true })
    if (read.values['help'] === true) return { page }
    const unknown = read.positionals.filter(word => !names.includes(word))
    if (unknown.length > 0) return { fault: `does not know ${unknown.join(', ')}\n${page}` }
    return { call: { has: flag => read.values[flag] === true, names: read.positionals } }
  } catch (cause) {
    return { fault: `${cause instanceof Error ? cause.message.split('. ')[0] : cause}\n${page}` }
  }
}

/** Says the page and ends the process where it was asked for, or where the call is wrong: with 2 then. */
export function toolCall(page: ToolPage): ToolCall {
  const read = readToolCall(process.argv.slice(2), page)
  if ('call' in read) return read.call
  if ('page' in read) console.log(read.page)
  else console.error(read.fault)
  process.exit('page' in read ? 0 : 2)
}

function pageOf({ usage, about, flags, names }: Required<ToolPage>): string {
  const options = Object.entries(flags).map(([name, text]) => `  --${name.padEnd(10)} ${text}`)
  return [`usage: ${usage}`, about, ...options, ...(names.length > 0 ? [`names: ${names.join(' ')}`] : [])].join('\n')
}
