import { adaptersIn, configAsJsonSchema, describeAdapters } from '@gantry/config'
import { loadConfig } from '@gantry/config/load'
import type { AdapterDescription } from '@gantry/core/api'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { repositoryTop } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

const adapters = describeAdapters()

export const command = defineCommand({
  arguments: [
    { name: '[action]', text: 'what to do', choices: ['check', 'schema', 'words'], default: 'check' },
    { name: '[word]', text: 'for `words`: the one to explain', choices: adapters.map(({ name }) => name) },
  ],
  details: `check   reads gantry.config.ts here, without a server; every fault is named with its path and the nearest right word
schema  prints the JSON Schema of a config
words   what can be written for channels, probes and providers; with one, its settings and the variables it reads`,
  examples: ['config check', 'config words slack', 'config schema > gantry.schema.json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const action = call.text('action')
    const word = call.text('word')
    if (word !== undefined && action !== 'words') throw new CalledWrongly(`${action} takes no word, got "${word}"`)
    if (action === 'schema') {
      const schema = configAsJsonSchema()
      output.json(schema)
      output.print(JSON.stringify(schema, null, 2))
      return 0
    }
    if (action === 'words') {
      const asked = adapters.filter(({ name }) => word === undefined || name === word)
      output.json({ words: asked })
      output.print(word === undefined ? overview() : asked.map(explained).join('\n\n'))
      return 0
    }
    const config = await loadConfig(await repositoryTop(host.cwd))
    const used = adaptersIn(config).map(({ kind, name, path }) => ({ kind, name, path }))
    output.json({ project: config.project, adapters: used })
    output.print(
      table(
        ['', 'is', 'written at'],
        used.map(({ kind, name, path }) => [kind, name, path]),
      ).trimEnd(),
    )
    return 0
  },
})

const overview = (): string =>
  table(
    ['word', 'for a', 'what it is'],
    adapters.map(({ name, kind, about }) => [name, kind, about]),
  ).trimEnd()

/** What the reference says of it, at a prompt. */
function explained({ title, about, link, examples, env, shapes }: AdapterDescription): string {
  const fields = shapes.flatMap(shape => {
    const rows = shape.fields.map(({ name, about: meaning, isRequired, whenLeftOut }) => {
      const leftOut = isRequired ? 'required' : whenLeftOut === undefined ? '' : JSON.stringify(whenLeftOut)
      return [name, leftOut, meaning]
    })
    return [...(shapes.length > 1 ? [`${shape.name}:`] : []), table(['setting', 'when left out', 'meaning'], rows)]
  })
  const names = env.map(each => `reads ${each.name}: ${each.about}`)
  const head = [`${title}. ${about}`, ...(link === null ? [] : [link]), '', ...examples.map(each => `  ${each}`), '']
  return [...head, ...fields, ...names].join('\n').trimEnd()
}
