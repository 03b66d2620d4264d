import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Promotion } from '@gantry/core/api'
import { root, runCommand } from './command.ts'
import { pnpmCommand } from './pnpm-command.ts'

/**
 * `npx pnpm@12 start` as somebody types it who has Node and git and nothing else: a clean clone, an empty home, no browser on
 * PATH, in a cache or by name, none that apt or Playwright could fetch, no pnpm. The sample must come as far as the approval,
 * its journeys made over HTTP, and the gate must say so. Minutes long.
 */
export async function newcomersRun(say: (line: string) => void): Promise<string[]> {
  const top = await mkdtemp(join(tmpdir(), 'gantry-newcomer-'))
  const [clone, home, bin] = ['clone', 'home', 'bin'].map(name => join(top, name)) as [string, string, string]
  await mkdir(home)
  await onlyUsualPrograms(bin)
  const cloned = await runCommand(['git', 'clone', '--quiet', root, clone])
  if (cloned.exitCode !== 0) return [`the checkout could not be cloned: ${cloned.output}`]
  const env = await bareEnvironment(home, bin)
  const server = spawn('npx', ['--yes', 'pnpm@12', 'start', '--port', '0'], { cwd: clone, env, detached: true })
  const output = heard(server, say)
  try {
    const fault = await reached(server, output)
    return fault === null ? await judged(clone) : [`${fault}\n${output().split('\n').slice(-30).join('\n')}`]
  } finally {
    await ended(server)
    await rm(top, { recursive: true, force: true, maxRetries: 5 })
  }
}

const withinMs = 8 * 60_000
const hidden = /^(chromium|google-chrome|chrome|msedge|microsoft-edge|apt|apt-get|pnpm|pnpx|yarn|yarnpkg|gantry)/

/** A folder with what is on PATH but for browsers, their installers and package managers that Node does not bring. */
async function onlyUsualPrograms(bin: string): Promise<void> {
  await mkdir(bin)
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(path => path !== '' && !path.includes('node_modules'))
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    // The first of a name is what PATH means.
    for (const name of names) if (!hidden.test(name)) await symlink(join(folder, name), join(bin, name)).catch(() => {})
  }
}

/** Where a registry is, and whom to trust, is this machine's matter; packages are taken from its store to save the network. */
async function bareEnvironment(home: string, bin: string): Promise<NodeJS.ProcessEnv> {
  const network =
    /^((HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_registry)$/
  const own = Object.entries(process.env).filter(([name]) => network.test(name))
  const { output } = await runCommand([...pnpmCommand(process.env), 'store', 'path'])
  const store = output.trim().split('\n').at(-1) ?? ''
  return {
    ...Object.fromEntries(own),
    ...{ PATH: bin, HOME: home, LANG: 'C.UTF-8', TERM: 'dumb' },
    ...(store.startsWith('/') && { pnpm_config_store_dir: join(store, '..') }),
    // Nobody listens there: what Playwright would download cannot be had.
    PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:9',
  }
}

function heard(server: ChildProcess, say: (line: string) => void): () => string {
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk
    for (const line of String(chunk).split('\n')) if (/^(no browser|sample|its|it is)/.test(line)) say(line)
  }
  server.stdout?.on('data', keep)
  server.stderr?.on('data', keep)
  return () => output
}

/** Null once production waits for an approval; else what happened instead. */
async function reached(server: ChildProcess, output: () => string): Promise<string | null> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    if (output().includes('production waits for your approval')) return null
    if (/ended as (failure|cancelled)/.test(output())) return 'the sample did not come as far as the approval:'
    if (server.exitCode !== null) return `it ended by itself with ${server.exitCode}:`
    await sleep(500)
  }
  return `the sample did not come as far as the approval within ${withinMs / 60_000} minutes:`
}

/** What the gate says, by its value and in words, and what the journeys themselves left in the log. */
async function judged(clone: string): Promise<string[]> {
  const [url, token] = await Promise.all(
    ['url', 'cli-token'].map(name => readFile(join(clone, '.gantry', name), 'utf8')),
  )
  const answer = await fetch(`${url}/api/v1/projects/sitebuilder/promotions`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { promotions } = (await answer.json()) as { promotions: Promotion[] }
  const gate = promotions[0]?.gates.find(({ gate: name }) => name === 'e2eGreen')
  const gantry = async (...words: string[]) => {
    const command = [join(clone, 'node_modules/.bin/node'), join(clone, 'apps/cli/src/main.ts'), ...words]
    return (await runCommand(command, { cwd: clone, env: { GANTRY_HOME: join(clone, '.gantry') } })).output
  }
  const said = await gantry('gates')
  const log = await gantry('runs', 'log', 'deploy #1', 'e2e')
  return [
    ...(gate?.state === 'met' && gate.provedBy === 'http'
      ? []
      : [`expected e2eGreen to be met and proved by http, got ${JSON.stringify(gate)}`]),
    ...(said.includes('proved without a browser') ? [] : [`expected \`gantry gates\` to say so, got:\n${said}`]),
    ...(/\[http\] › tests\/publish/.test(log) ? [] : [`expected the journeys over HTTP in the log, got:\n${log}`]),
  ]
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null) return
  const exit = new Promise(done => server.once('exit', done))
  // The group: npx and pnpm hand no signal on.
  process.kill(-server.pid, 'SIGTERM')
  await Promise.race([exit, sleep(30_000, undefined, { ref: false })])
  if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid, 'SIGKILL')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await newcomersRun(line => console.log(line))
  for (const fault of faults) console.error(fault)
  console.log(faults.length === 0 ? 'reached the approval, proved without a browser' : 'failed')
  process.exitCode = faults.length === 0 ? 0 : 1
}
