import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { workspaceFiles } from './shop-files.ts'

const run = promisify(execFile)

/** As they are published; too large and too many for the lock file that every install reads. */
const packages = {
  ...{
    '@sentry/cli': '3.8.0',
    '@sentry/nextjs': '11.0.0',
    '@sentry/react': '11.12.0',
    '@sentry/vite-plugin': '11.9.0',
  },
  ...{ '@types/node': '24.10.1', '@types/react': '19.3.0', next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  ...{ typescript: '5.9.3', vite: '8.3.8' },
}

export interface Workspace {
  dir: string
  /** Runs a command of a package in one of its folders; answers what it printed. @throws Error with what it said */
  call(
    folder: string,
    command: keyof typeof commands,
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<string>
  /** What `call` runs, for a process that goes on. */
  program(command: keyof typeof commands): string
}

const commands = {
  next: 'next/dist/bin/next',
  'sentry-cli': '@sentry/cli/bin/sentry-cli',
  vite: 'vite/bin/vite.js',
}

/** Installs once for a machine, and writes the apps anew. */
export async function makeWorkspace(env: Record<string, string>): Promise<Workspace> {
  const dir = join(tmpdir(), 'gantry-pages')
  for (const folder of ['apps', 'packages']) await rm(join(dir, folder), { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const manifest = { name: 'pages', private: true, dependencies: packages }
  await writeFile(join(dir, 'package.json'), JSON.stringify(manifest))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: dir })
  for (const [path, text] of Object.entries(workspaceFiles)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const program = (command: keyof typeof commands) => join(dir, 'node_modules', commands[command])
  return {
    dir,
    program,
    async call(folder, command, args, more = {}) {
      const { stdout, stderr } = await run(process.execPath, [program(command), ...args], {
        ...{ cwd: join(dir, folder), maxBuffer: 64 * 1024 * 1024 },
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NEXT_TELEMETRY_DISABLED: '1', ...env, ...more },
      })
      return stdout + stderr
    },
  }
}
