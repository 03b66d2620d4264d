import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlyFake, openFlyFake } from '@gantry/vendor-fakes'
import type { VendorRig } from '../../../testing/vendor-rig.ts'
import { plainToml } from './fly-job.ts'

/** Fly for the contract of all vendors: one app, whose images are built already. */
export async function flyRig(): Promise<VendorRig> {
  const clock = { ms: Date.parse('2026-11-27T00:00:00Z') }
  const fake = await openFlyFake({
    now: () => clock.ms,
    async sleep(ms) {
      clock.ms += ms
    },
  })
  const cwd = await mkdtemp(join(tmpdir(), 'fly-rig-'))
  await writeFile(join(cwd, 'fly.toml'), plainToml)
  const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`
  const prepare = () => {
    for (const letter of 'ab')
      for (const name of ['web', 'web-pr-12'].flatMap(app => [
        `${app}:gantry-${letter.repeat(12)}`,
        `${app}@${digestOf(letter)}`,
      ]))
        fake.images.set(name, digestOf(letter))
  }
  prepare()
  const machines = '/apps/{app_name}/machines'
  return {
    fake,
    line: {
      deploy: { provider: 'fly', ...{ app: 'web', timeout: '90s' } },
      env: { FLY_API_TOKEN: fake.token },
      ...{ files: {}, cwd, clock },
    },
    tokenEnv: 'FLY_API_TOKEN',
    operations: {
      create: `POST ${machines}`,
      look: `GET ${machines}/{machine_id}`,
      back: `POST ${machines}/{machine_id}/start`,
    },
    preview: previewAt(fake),
    steps: { create: 'web.start', switch: 'web.switch', missing: 'web.start' },
    givenUp: /given up/,
    serving: () => fake.answering('web').at(0) ?? null,
    created: () => fake.machines.length,
    takes: ms => fake.behaves('web', { bootMs: ms / 10, healthyAfterMs: ms - ms / 10 }),
    neverEnds: () => fake.behaves('web', { bootMs: 86_400_000 }),
    fallsIll: letter => void fake.ill.add(digestOf(letter)),
    forgets(letter) {
      for (const [name, digest] of fake.images) if (digest === digestOf(letter)) fake.images.delete(name)
      for (const each of [...fake.machines])
        if (each.config.image.includes(digestOf(letter))) fake.machines.splice(fake.machines.indexOf(each), 1)
    },
    keeps: (name, value) => void fake.secrets.set('web', { ...fake.secrets.get('web'), [name]: value }),
    hasCancelled: () => fake.machines.some(each => fake.state(each).startsWith('destroy')),
    reset() {
      // What was sent before no longer counts towards Fly's rates, which we keep to ourselves.
      clock.ms += 60_000
      fake.forget()
      prepare()
    },
    async [Symbol.asyncDispose]() {
      await fake[Symbol.asyncDispose]()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}

const previewAt = (fake: FlyFake): VendorRig['preview'] => ({
  deploy: { provider: 'fly', ...{ app: 'web-{environment}', organization: 'acme', timeout: '90s' } },
  makes: 'web.app',
  removes: 'DELETE /apps/{app_name}',
  left: () => [
    ...fake.apps.keys(),
    ...fake.machines.flatMap(each =>
      each.app === 'web-pr-12' && !fake.state(each).startsWith('destroy') ? [each.id] : [],
    ),
  ],
})
