import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createProbe } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FlyFake } from '@gantry/vendor-fakes'
import type { Site } from './addresses.ts'

type Machine = FlyFake['machines'][number]

interface Running {
  process: ChildProcess
  port: number
}

/** What Fly's machines run: each a process of this machine, from the folder that its image is. */
export class FlyProcesses {
  readonly #fake: FlyFake
  readonly #images: string
  readonly #running = new Map<string, Promise<Running>>()

  /** @param images folder with a folder for each digest */
  constructor(fake: FlyFake, images: string) {
    this.#fake = fake
    this.#images = images
  }

  /** The machines of an app that requests reach, which may be those of two releases during a switch. */
  answering = (app: string): Machine[] =>
    this.#fake.machines.filter(each => each.app === app && !each.cordoned && this.#fake.state(each) === 'started')

  site =
    (app: string): Site =>
    async (_, response) => {
      this.#endUnused()
      const machine = this.answering(app).at(-1)
      if (machine) return this.#portOf(machine)
      response.writeHead(503).end('no machine')
      return 'answered'
    }

  async stop(): Promise<void> {
    for (const running of this.#running.values()) (await running).process.kill('SIGKILL')
  }

  async #portOf(machine: Machine): Promise<number> {
    const running = this.#running.get(machine.id) ?? this.#start(machine)
    this.#running.set(machine.id, running)
    return (await running).port
  }

  async #start(machine: Machine): Promise<Running> {
    const port = await freePort()
    const [, digest = ''] = machine.config.image.split('@')
    const { env } = machine.config as { env?: Record<string, string> }
    const secrets = this.#fake.secrets.get(machine.app)
    const child = spawn(process.execPath, ['server.mjs'], {
      cwd: join(this.#images, digest.replace(':', '-')),
      env: { PATH: process.env['PATH'], ...env, ...secrets, PORT: `${port}`, HOST: '127.0.0.1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    while (child.exitCode === null && !(await isListening(port))) await sleep(50)
    return { process: child, port }
  }

  #endUnused(): void {
    const runs = (id: string) =>
      this.#fake.machines.some(each => each.id === id && this.#fake.state(each) === 'started')
    for (const [id, running] of this.#running)
      if (!runs(id)) {
        this.#running.delete(id)
        void running.then(({ process }) => process.kill('SIGKILL'))
      }
  }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise(done => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => done(true)).on('error', () => done(false))
    socket.on('connect', () => socket.destroy())
  })

/** Takes what `flyctl` pushes into the registry. */
export async function openPushes(fake: FlyFake): Promise<{ url: string; close(): void }> {
  const server = createServer((asked, response) => {
    const { searchParams } = new URL(asked.url ?? '/', 'http://registry')
    const [app, label, digest] = ['app', 'label', 'digest'].map(name => searchParams.get(name) ?? '')
    for (const name of [`${app}:${label}`, `${app}@${digest}`]) fake.images.set(name, digest ?? '')
    response.end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/**
 * Stands in for `flyctl deploy --build-only`: what a Dockerfile says is done by `build`, whose folder `$built` becomes the image.
 * It is begun in the folder that is built, for the service `$service`.
 */
export async function writeFlyctl(
  bin: string,
  { images, pushes, build }: { images: string; pushes: string; build: string },
): Promise<void> {
  const text = `#!/bin/sh
set -eu
if test "$1" = version; then echo "flyctl of a test"; exit; fi
folder=$2
while test $# -gt 0; do
  case $1 in --app) app=$2 ;; --config) config=$2 ;; --image-label) label=$2 ;; esac
  shift
done
service=$(basename "$(dirname "$config")")
cd "$folder"
built=$(mktemp -d)
${build}
digest=$(cat "$built/server.mjs" | sha256sum | cut -d ' ' -f 1)
mkdir -p "${images}"
rm -rf "${images}/sha256-$digest"
mv "$built" "${images}/sha256-$digest"
node -e 'fetch(process.argv[1]).then(answer => process.exit(answer.ok ? 0 : 1))' "${pushes}/?app=$app&label=$label&digest=sha256:$digest"
`
  await writeFile(join(bin, 'flyctl'), text)
  await chmod(join(bin, 'flyctl'), 0o755)
}

async function freePort(): Promise<number> {
  const probe = createProbe()
  await new Promise<void>(done => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise(done => probe.close(done))
  return port
}
