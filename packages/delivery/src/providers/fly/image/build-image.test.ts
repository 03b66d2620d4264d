import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FlyFake, openFlyFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { FlyJob, JumpingClock, plainToml } from '../testing/fly-job.ts'

const digest = `sha256:${'e'.repeat(64)}`
let clock: JumpingClock
let fake: FlyFake
let job: FlyJob

beforeAll(async () => {
  clock = new JumpingClock()
  fake = await openFlyFake({ now: clock.now, sleep: clock.sleepThere })
  job = await FlyJob.in(fake, clock, `${plainToml}\n[build]\nbuild-target = "api"\n[build.args]\nNODE = "24"`)
  await writeFile(join(job.folder, 'Dockerfile'), 'FROM scratch')
})
afterAll(async () => {
  await fake[Symbol.asyncDispose]()
  await job[Symbol.asyncDispose]()
})
beforeEach(() => fake.forget())

/** A program that notes what it was called with, and then does this. */
async function program(folder: string, name: string, script: string): Promise<string> {
  const bin = join(job.folder, folder)
  await mkdir(bin, { recursive: true })
  const noted = join(bin, 'called')
  await writeFile(join(bin, name), `#!/bin/sh\necho "$@" >> ${noted}\n${script}\n`)
  await chmod(join(bin, name), 0o755)
  return bin
}

const image = (bin: string, more: object = {}) => {
  const deploying = { letter: 'e', env: { PATH: `${bin}:/usr/bin:/bin` }, ...more }
  const [step] = job.plan(deploying)
  if (!step) throw new Error('no step builds an image')
  return job.perform(step, deploying)
}

test('is built and pushed by docker, and known by the digest docker says', async () => {
  const bin = await program(
    'with-docker',
    'docker',
    `case "$1" in
      login) given=$(cat); echo "token $given" >> "$(dirname "$0")/called";;
      buildx) while [ $# -gt 0 ]; do [ "$1" = --metadata-file ] && echo '{"containerimage.digest":"${digest}"}' > "$2"; shift; done;;
    esac`,
  )
  expect(await image(bin)).toMatchObject({
    ok: true,
    answer: { digest, image: `registry.fly.io/shop-staging@${digest}` },
  })
  const called = await readFile(join(bin, 'called'), 'utf8')
  expect(called).toContain(`token ${fake.token}`)
  expect(called).toContain(`--tag registry.fly.io/shop-staging:gantry-${'e'.repeat(12)}`)
  expect(called).toContain(`--file ${job.folder}/Dockerfile --target api --build-arg NODE=24 ${job.folder}`)
})

test('is built by Fly where docker is not, and known by the digest of the registry', async () => {
  const bin = await program(
    'with-flyctl',
    'flyctl',
    `[ "$1" = version ] || echo "$FLY_API_TOKEN" >> "$(dirname "$0")/called"`,
  )
  // What the registry has once it was asked the first time: then it was built.
  const fetch: typeof globalThis.fetch = async (...request) => {
    const answer = await fake.fetch(...request)
    if (String(request[0]).includes('/manifests/')) fake.images.set(`shop-staging:gantry-${'e'.repeat(12)}`, digest)
    return answer
  }
  expect(await image(bin, { fetch, settings: { build: 'fly' } })).toMatchObject({ answer: { digest } })
  const called = await readFile(join(bin, 'called'), 'utf8')
  expect(called).toContain(`deploy ${job.folder} --build-only --push --remote-only --app shop-staging`)
  expect(called).toContain(`\n${fake.token}\n`)
  // Once is enough: the next one finds it.
  expect(await image('/nowhere')).toMatchObject({ answer: { digest } })
})

test('that fails is told with what the builder wrote last', async () => {
  const bin = await program(
    'with-broken-flyctl',
    'flyctl',
    'echo "Error: failed to fetch an image: no such target"; exit 1',
  )
  expect(await image(bin, { settings: { build: 'fly' } })).toMatchObject({
    ok: false,
    why: 'flyctl exited with code 1',
    lines: ['Error: failed to fetch an image: no such target'],
  })
})

test('of another commit than the checkout is refused: it would be promoted as if it were proven', async () => {
  const bin = await program('with-git', 'git', `echo ${'f'.repeat(40)}`)
  expect(await image(bin)).toMatchObject({
    ok: false,
    why: expect.stringContaining('the checkout is at fffffff, and the release is eeeeeee'),
  })
  const same = await program('with-same-git', 'git', `echo ${'e'.repeat(40)}`)
  expect(await image(same)).toMatchObject({ ok: false, why: expect.stringContaining('neither docker nor flyctl') })
})
