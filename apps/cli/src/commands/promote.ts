import { Promotion, shortSha } from '@gantry/core'
import * as z from 'zod'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { askedRelease, releaseOptions } from '../deployment/asked-release.ts'
import { outputOf } from '../terminal/output.ts'

const Asked = z.object({ promotion: Promotion.nullable() })

export const command = defineCommand({
  isOfProject: true,
  options: releaseOptions,
  details: `For a job on GitHub: asks for a release to be let in, and does not wait for people. Once it is approved, Gantry starts
deploy.yml there, which deploys it. Asked again by the same run, it is the same promotion.`,
  examples: ['promote --environment production --release "$RELEASE"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const { environment, release } = askedRelease(call, host, 'promote')
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
