import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Benchmark, median, seconds } from './row.ts'

const run = promisify(execFile)
const command = resolve(import.meta.dirname, '../apps/cli/src/main.ts')
const fileCount = 750
const steps = 4_000
const rounds = 3
const targetMs = 5_000
/** Twice the steps take twice the time, but for what each start costs. */
const linear = 2.5

/** `gantry lint` over a large repository, and over one long file. */
export const benchmark: Benchmark = {
  name: 'lint',
  async measure() {
    const many = await repositoryOf(Array.from({ length: fileCount }, (_, i) => usual(i)))
    const long = await repositoryOf([ofSteps(steps)])
    const half = await repositoryOf([ofSteps(steps / 2)])
    const few = await repositoryOf([ofSteps(1)])
    try {
      const all = await cpuMs(many)
      const [start, whole, part] = [await cpuMs(few), await cpuMs(long), await cpuMs(half)]
      const growth = (whole - start) / Math.max(1, part - start)
      return [
        {
          what: `CPU of the command over ${fileCount} files of ${Math.round(usual(0).length / 100) / 10} KB`,
          measured: seconds(all),
          target: `≤ ${targetMs / 1000} s`,
          isMet: all <= targetMs,
        },
        {
          what: `CPU for a file of ${steps} steps, against one of ${steps / 2}`,
          measured: `${seconds(whole - start)}, ${growth.toFixed(2)} ×`,
          target: `≤ ${linear} ×`,
          isMet: growth <= linear,
        },
      ]
    } finally {
      await Promise.all([many, long, half, few].map(folder => rm(folder, { recursive: true, force: true })))
    }
  },
}

async function repositoryOf(texts: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-lint-'))
  await mkdir(join(folder, '.github/workflows'), { recursive: true })
  await Promise.all(texts.map((text, i) => writeFile(join(folder, `.github/workflows/${i}.yml`), text)))
  return folder
}

const tellCpu = `data:text/javascript,process.on('exit',()=>process.stderr.write('cpu '+JSON.stringify(process.cpuUsage())))`

/** What the process itself says it took, of both kinds. */
async function cpuMs(folder: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const args = ['--import', tellCpu, command, 'lint', '--json']
    const { stderr } = await run(process.execPath, args, { cwd: folder, maxBuffer: 256 << 20 }).catch(failed)
    const { user, system } = JSON.parse(/cpu (\{.*\})/.exec(stderr)?.[1] ?? '{}')
    times.push((user + system) / 1000)
  }
  return median(times)
}

/** It exits 1 when it finds an error, which these files hold. */
function failed(error: { code?: unknown; stderr?: string }): { stderr: string } {
  if (error.code === 1 && error.stderr !== undefined) return { stderr: error.stderr }
  throw error
}

const usual = (i: number): string => `name: ci ${i}
on:
  push: { branches: [main] }
  pull_request:
permissions: { contents: read }
jobs:
${[1, 2].map(job => jobOf(job, i)).join('')}`

const jobOf = (job: number, i: number): string => `  job${job}:
    runs-on: \${{ matrix.os }}
    timeout-minutes: 20
    strategy: { matrix: { os: [ubuntu-latest, macos-latest], node: [22, 24, ${i}] } }
    steps:
      - uses: actions/checkout@v4
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v4
        with: { node-version: "\${{ matrix.node }}", cache: pnpm }
${[1, 2, 3].map(step => stepOf(step, i)).join('')}`

const stepOf = (step: number, i: number): string => `      - name: step ${step}
        id: step${step}
        if: github.event_name == 'push' || matrix.node == ${step}
        env:
          TOKEN: \${{ secrets.TOKEN_${step} }}
        run: |
          echo "runs on \${{ matrix.node }} ${i}"
          pnpm --filter "./packages/p${step}" run build
          echo "title=\${{ github.head_ref }}" >> "$GITHUB_OUTPUT"
`

const ofSteps = (count: number): string => `on: push
permissions: { contents: read }
jobs:
  long:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
${Array.from({ length: count }, (_, i) => `      - id: step${i}\n        run: echo "\${{ steps.step${Math.max(0, i - 1)}.outcome }}"\n`).join('')}`
