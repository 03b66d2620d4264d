import { didYouMean, nearestWord } from '../words/nearest-word.ts'

export const envTypes = ['string', 'number', 'boolean', 'url', 'port', 'email', 'enum'] as const
export type EnvType = (typeof envTypes)[number]

/** One name of `.env.example`: what it is for, and who must have it. Never a real value. */
export interface EnvVariable {
  name: string
  line: number
  /** What people wrote above it. */
  text: string
  example: string
  /** Null when it is not said. */
  type: EnvType | null
  isSecret: boolean
  isRequired: boolean
  /** Environments that have it; null for all. */
  environments: string[] | null
  /** Services that read it; null when it is not said. */
  services: string[] | null
}

export interface EnvExampleFault {
  line: number
  message: string
}

const decorators = [
  'type',
  'required',
  'optional',
  'sensitive',
  'public',
  'in',
  'service',
  'example',
  'docsUrl',
] as const

/**
 * Reads `.env.example`. Above a name stand comments, and in them the decorators of @env-spec (https://varlock.dev):
 * `@type=url`, `@required`, `@sensitive`; `@in=staging,production` and `@service=backend` are Gantry's own.
 * A name in a comment (`# NAME=value`) is declared as well. A blank line ends the comments of a name.
 */
export function readEnvExample(text: string): { variables: EnvVariable[]; faults: EnvExampleFault[] } {
  const variables: EnvVariable[] = []
  const faults: EnvExampleFault[] = []
  let above: { text: string; line: number }[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1
    const written = raw.trim()
    const declared = /^(?:#\s*)?(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(written)
    if (written === '') above = []
    else if (declared && (!written.startsWith('#') || /^[A-Z][A-Z0-9_]*$/.test(declared[1] ?? ''))) {
      const [, name = '', value = ''] = declared
      const former = variables.find(each => each.name === name)
      if (former) faults.push({ line, message: `${name} is declared on line ${former.line} already` })
      else variables.push(variable(name, line, value, above, faults))
      above = []
    } else if (written.startsWith('#')) above.push({ text: written.replace(/^#+\s*/, ''), line })
    else faults.push({ line, message: `expected NAME=value or a comment, got "${written.slice(0, 40)}"` })
  }
  return { variables, faults }
}

function variable(
  name: string,
  line: number,
  value: string,
  above: readonly { text: string; line: number }[],
  faults: EnvExampleFault[],
): EnvVariable {
  const said = new Map<string, string>()
  for (const comment of above) {
    // A package (`@pinia/nuxt`), a person (`@ops`) and a tag of JSDoc (`@see https://…`) are words of a sentence.
    for (const [, decorator = '', argument = ''] of comment.text.matchAll(
      /(?<=^|\s)@([A-Za-z]+)(?:\([^)]*\)|=("[^"]*"|\S*))?(?=\s|$)/g,
    )) {
      if (isDecorator(decorator)) said.set(decorator, argument.replaceAll('"', ''))
      else if (comment.text.startsWith('@') && decorator.length > 3 && nearestWord(decorator, decorators) !== null) {
        const hint = didYouMean(decorator, decorators)
        faults.push({ line: comment.line, message: `unknown decorator @${decorator}${hint}` })
      }
    }
  }
  const type = said.get('type')?.replace(/\(.*$/, '')
  const isKnown = type === undefined || envTypes.some(each => each === type)
  if (!isKnown) faults.push({ line, message: `unknown type "${type}" of ${name}${didYouMean(type ?? '', envTypes)}` })
  return {
    name,
    line,
    text: above
      .map(comment => comment.text)
      .filter(words => !isDecorator(/^@([A-Za-z]+)(?=[\s=(]|$)/.exec(words)?.[1] ?? ''))
      .join(' '),
    example: value.trim().replace(/^(["'])(.*)\1$/, '$2'),
    type: envTypes.find(each => each === type) ?? null,
    isSecret: said.has('sensitive'),
    isRequired: said.has('required'),
    environments: listOf(said.get('in')),
    services: listOf(said.get('service')),
  }
}

const isDecorator = (word: string): boolean => decorators.some(each => each === word)

const listOf = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map(word => word.trim())
        .filter(Boolean)
