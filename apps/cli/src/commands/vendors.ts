import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '@gantry/config/load'
import type { Config } from '@gantry/core/config'
import { type CheckedAssumption, checkVendor, vendors } from '@gantry/delivery'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { repositoryTop } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'

interface Checked {
  vendor: string
  service: string
  environment: string
  assumptions: CheckedAssumption[]
}

export const command = defineCommand({
  arguments: [{ name: '[action]', text: 'what to do', choices: ['check'], default: 'check' }],
  options: [
    { flags: '--environment <name>', text: 'only as this environment is deployed' },
    { flags: '--service <name>', text: 'only this service' },
  ],
  details: `Asks the vendors of gantry.config.ts, reading only, whether what Gantry takes for true about them still is. Needs their tokens
in the environment, as the deploy workflow has them. Exits 1 when something differs, 3 when a vendor does not answer. What no
look can tell is listed with what to do by hand.`,
  examples: ['vendors check', 'vendors check --environment staging --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const config = await loadConfig(await repositoryTop(host.cwd))
    const checked = await checkAll(host, config, {
      environment: call.text('environment'),
      service: call.text('service'),
    })
    output.json({ checked })
    if (checked.length === 0) output.print('no service of gantry.config.ts is deployed to a vendor')
    for (const each of checked) output.print(described(each, output.paint))
    const states = checked.flatMap(({ assumptions }) => assumptions.map(({ state }) => state))
    if (states.includes('differs')) return 1
    return states.includes('unknown') ? 3 : 0
  },
})

async function checkAll(
  host: Host,
  config: Config,
  only: { environment: string | undefined; service: string | undefined },
): Promise<Checked[]> {
  const chosen = only.environment ?? Object.keys(config.environments).at(-1) ?? ''
  if (!(chosen in config.environments)) throw new CalledWrongly(`there is no environment "${chosen}"`)
  const checked: Checked[] = []
  for (const [service, { deploy }] of Object.entries(config.services)) {
    const load = Object.hasOwn(vendors, deploy.provider) ? vendors[deploy.provider] : undefined
    if (!load || (only.service !== undefined && only.service !== service)) continue
    const vendor = await load()
    const missing = vendor.needs(deploy).filter(name => !host.env[name])
    if (missing.length > 0)
      throw new CalledWrongly(`expected ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not set`)
    const assumptions = await checkVendor(vendor, worldOf(host), { settings: deploy, environment: chosen })
    checked.push({ vendor: vendor.vendor, service, environment: chosen, assumptions })
  }
  return checked
}

const worldOf = (host: Host) => ({
  env: host.env,
  fetch: globalThis.fetch,
  now: host.now,
  sleep: (ms: number) => sleep(ms),
  signal: new AbortController().signal,
  log: (text: string) => host.stderr.write(`${text}\n`),
})

function described({ vendor, service, environment, assumptions }: Checked, paint: Painter): string {
  const head = paint.bold(`${vendor}, as ${service} in ${environment}`)
  return [head, ...assumptions.map(each => line(each, paint))].join('\n')
}

function line({ id, says, state, detail }: CheckedAssumption, paint: Painter): string {
  const mark = { holds: paint.green, differs: paint.red, unknown: paint.yellow, 'by-hand': (text: string) => text }[
    state
  ]
  return [`  ${mark(state.padEnd(7))}  ${says} (${id})`, ...(detail === null ? [] : [`           ${detail}`])].join(
    '\n',
  )
}
