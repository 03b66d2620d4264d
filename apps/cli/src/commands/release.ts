import { appendFile } from 'node:fs/promises'
import { parseConfig } from '@gantry/config'
import { Release } from '@gantry/core/api'
import { packArtifact } from '@gantry/delivery'
import { connectProject } from '../api/connect.ts'
import { fieldOf, one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { migrationsHere } from '../db/migrations-here.ts'
import { migrationsFolder, uploadArtifacts } from '../deployment/upload-artifacts.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--sha <commit>', text: 'the commit that was built (GITHUB_SHA; the one checked out)' }],
  details: `Packs the artifact of each service that has one, uploads what is not there yet, and records the release with its migrations.
Prints \`release=<id>\` alone on stdout, and writes it to $GITHUB_OUTPUT when that is set.`,
  examples: ['release'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const sha = await commitOf(call.text('sha'), host)
    const config = await api.get(`/commits/${sha}/config`, body => parseConfig(fieldOf(body, 'config')))
    const artifacts = await uploadArtifacts(config, { api, pack: packArtifact, cwd: host.cwd, say: output.note })
    const here = await migrationsHere(host.cwd, await migrationsFolder(config))
    const migrations = (here?.scripts ?? []).map(({ version, name, sql }) => ({ version, name, sql }))
    const release = await api.post('/releases', { sha, artifacts, migrations }, one(Release))
    output.json(release)
    output.print(`release=${release.id}`)
    const file = host.env['GITHUB_OUTPUT']
    if (file) await appendFile(file, `release=${release.id}\n`)
    return 0
  },
})

async function commitOf(asked: string | undefined, host: Host): Promise<string> {
  const sha = asked ?? (host.env['GITHUB_SHA'] || (await gitFacts(host.cwd)).sha)
  if (/^[0-9a-f]{40}$/.test(sha)) return sha
  throw new CalledWrongly(`expected the whole id of a commit, got "${sha}"`)
}
