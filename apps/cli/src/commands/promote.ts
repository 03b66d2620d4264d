import { Promotion, shortSha } from '@gantry/core'
import * as z from 'zod'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'

const Asked = z.object({ promotion: Promotion.nullable() })

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'where to' },
    { flags: '--release <id>', text: 'which release (the one of GITHUB_SHA)' },
  ],
  details: `For a job on GitHub: asks for a release to be let in, and does not wait for people. Once it is approved, Gantry starts
deploy.yml there, which deploys it. Asked again by the same run, it is the same promotion.`,
  examples: ['promote --environment production --release "$RELEASE"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const environment = call.text('environment')
    if (!environment)
      throw new CalledWrongly('expected --environment, got none', 'Type `gantry promote --environment production`.')
    const release = call.text('release') || host.env['GITHUB_SHA']
    if (!release) throw new CalledWrongly('expected --release, or GITHUB_SHA to be set', 'See `gantry releases`.')
    const run = host.env['GITHUB_RUN_ID']
    const isOfGitHub = run !== undefined && /^\d+$/.test(run)
    const { promotion } = await api.post(
      '/promotions',
      { release, environment, ...(isOfGitHub && { run }) },
      one(Asked),
    )
    output.json({ promotion })
    if (promotion === null)
      output.print(`nobody has to let ${shortSha(release)} into ${environment}: its run is started`)
    else output.print(`${shortSha(release)} → ${environment} is ${promotion.state}: ${api.url}/releases/${release}`)
    return 0
  },
})
