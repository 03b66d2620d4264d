import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import type { Machine } from '../run/machine.ts'
import { runText, tempFolder, testMachine, writeFiles } from '../testing/test-machine.ts'

/** A person's home, and a folder of the system with what stands for its programs. */
function hostWith(files: Record<string, string>, programs: Record<string, string> = {}) {
  const home = tempFolder()
  const system = join(tempFolder(), 'usr/bin')
  writeFiles(home, files)
  for (const [name, script] of Object.entries(programs)) {
    mkdirSync(system, { recursive: true })
    writeFileSync(join(system, name), script, { mode: 0o755 })
  }
  const env = { PATH: `${system}:${process.env.PATH}`, HOME: home }
  return { home, system, machine: (changes: Partial<Machine> = {}) => testMachine({ env, ...changes }) }
}

/** Every file and link below a folder, with what is in it. */
function contentsOf(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory())
  return Object.fromEntries(
    found.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path, lstatSync(path).isSymbolicLink() ? 'link' : readFileSync(path, 'latin1')]
    }),
  )
}

const steps = (...scripts: string[]): string =>
  oneJob(scripts.map(script => `- run: |\n    ${script.split('\n').join('\n    ')}`).join('\n'))

describe('what a job does to its machine', () => {
  test('stays in the run: git, npm, pnpm, shells and files in the home folder', async () => {
    const host = hostWith({
      '.gitconfig': '[user]\n\tname = Ada\n\temail = ada@example.com\n',
      '.npmrc': 'registry=https://mirror.example/\n',
      '.bashrc': 'export A=1\n',
      '.profile': '',
    })
    const before = contentsOf(host.home)
    const pnpm = join(import.meta.dirname, '../../node_modules/pnpm/pnpm')
    const { run, log } = await runText(
      steps(
        'git config --global user.name "CI bot"; git config --global user.email bot@example.com\ngit config --system core.longpaths true; git config --system --get core.longpaths',
        'npm config set registry https://evil.example/; npm config set --global fund false; npm config get registry',
        `${pnpm} config set store-dir /tmp/elsewhere; ${pnpm} config get store-dir`,
        'mkdir -p ~/.ssh ~/.config/tool ~/.local/bin; echo key > ~/.ssh/id; echo x > ~/.config/tool/x; echo y >> ~/.bashrc\nprintf "#!/bin/sh\\necho tool here" > ~/.local/bin/own-tool; chmod +x ~/.local/bin/own-tool',
        'own-tool; git config --global user.name; cat ~/.ssh/id',
      ),
      host.machine(),
    )
    expect(run.conclusion, log).toBe('success')
    expect(log).toMatch(/true\nhttps:\/\/evil\.example\//)
    expect(log).toMatch(/tool here\nCI bot\nkey$/)
    expect(contentsOf(host.home)).toEqual(before)
    const nameNow = execFileSync('git', ['config', '--global', 'user.name'], {
      env: { HOME: host.home, PATH: process.env.PATH },
      encoding: 'utf8',
    })
    expect(nameNow.trim()).toBe('Ada')
  })

  test('stays in the run: npm install --global, pnpm add --global, and pip outside of a virtual environment', async () => {
    const host = hostWith({})
    const pnpm = join(import.meta.dirname, '../../node_modules/pnpm/pnpm')
    const asked = `mkdir -p pkg && cd pkg && echo '{"name":"said","version":"1.0.0","bin":"./said.js"}' > package.json
printf '#!/usr/bin/env node\\nconsole.log("said it")' > said.js; chmod +x said.js; npm install --global --silent . ; said
npm uninstall --global --silent said; hash -r; ${pnpm} add --global --offline "$PWD" > out 2>&1 || cat out; said`
    const { log, run } = await runText(
      steps(
        asked,
        `python3 -c 'import os; print("user installs:", os.environ.get("PIP_USER"), "below the home:", os.path.expanduser("~").startswith(os.environ["RUNNER_WORKSPACE"]))'
python3 -m venv --without-pip v; v/bin/python -c 'import os; print("in one:", os.environ.get("PIP_USER"))'`,
      ),
      host.machine(),
    )
    expect(run.conclusion, log).toBe('success')
    expect(log).toContain('said it\nsaid it')
    expect(log).toContain('user installs: 1 below the home: True\nin one: None')
    expect(readdirSync(host.home)).toEqual([])
  })

  test('corepack enable puts its programs into a folder of the job, which comes before those of the system', async () => {
    // As Corepack does it: beside the first corepack on PATH.
    const corepack = `#!/bin/sh
to=$(dirname "$(command -v corepack)")
for name in pnpm yarn; do printf '#!/bin/sh\\necho pinned %s' $name > "$to/$name"; chmod +x "$to/$name"; done`
    const pnpm = '#!/bin/sh\necho pnpm of the system'
    const host = hostWith({}, { corepack, pnpm })
    const extra = tempFolder()
    writeFileSync(join(extra, 'pnpm'), "#!/bin/sh\necho Gantry's own pnpm", { mode: 0o755 })
    for (const before of ['', '- uses: actions/setup-node@v4\n']) {
      const { log } = await runText(
        oneJob(`${before}- run: corepack enable\n- run: pnpm --version; yarn --version`),
        host.machine({ extraPath: [extra] }),
      )
      expect(log).toMatch(/pinned pnpm\npinned yarn$/)
      expect(readdirSync(host.system).sort()).toEqual(['corepack', 'pnpm'])
      expect(readFileSync(join(host.system, 'pnpm'), 'utf8')).toBe(pnpm)
    }
  })

  test('the real corepack does so too', async context => {
    const real = execFileSync('sh', ['-c', 'command -v corepack || true'], { encoding: 'utf8' }).trim()
    if (real === '') context.skip('there is no corepack on this machine')
    const names = readdirSync(dirname(real)).sort()
    const { log, run } = await runText(
      steps('corepack enable', 'command -v pnpm; command -v yarn'),
      hostWith({}).machine(),
    )
    expect(run.conclusion, log).toBe('success')
    expect(log).toMatch(/\/a-[^/]+\/bin\/pnpm\n.*\/a-[^/]+\/bin\/yarn$/)
    expect(readdirSync(dirname(real)).sort()).toEqual(names)
  })

  test('jobs of one run do not see what another installed', async () => {
    const text = `on: push
jobs:
  a: { runs-on: x, steps: [{ run: 'git config --global user.name a; touch ~/of-a' }] }
  b: { runs-on: x, needs: a, steps: [{ run: 'git config --global user.name || echo nobody; ls ~/of-a || echo none' }] }
`
    const { log } = await runText(text, hostWith({}).machine())
    expect(log).toMatch(/nobody\n.*\nnone$/)
  })
})

describe('what a job gets of the machine', () => {
  test('where packages come from and who may fetch them, and who commits', async () => {
    const host = hostWith({
      '.npmrc': '//mirror.example/:_authToken=t0ken\ncafile=~/ca.pem\n',
      '.config/pnpm/auth.ini': '//mirror.example/:_authToken=t0ken\n',
      '.gitconfig':
        '[user]\n\tname = "Ada # of \\\\ Lovelace"\n\temail = ada@example.com\n[include]\n\tpath = more\n[commit]\n\tgpgsign = true\n[core]\n\thooksPath = ~/hooks\n[credential]\n\thelper = store\n',
      more: '[url "https://mirror.example/"]\n\tinsteadOf = https://github.com/\n',
    })
    const { log, run } = await runText(
      steps(
        'cat ~/.npmrc; cat ~/.config/pnpm/auth.ini; stat -c %a ~/.npmrc',
        'git config --global --list',
        'git init -q x; cd x; git commit -q --allow-empty -m one; git log -1 --format="%an <%ae>"',
      ),
      host.machine(),
    )
    expect(run.conclusion, log).toBe('success')
    expect(log).toContain(`//mirror.example/:_authToken=t0ken\ncafile=${host.home}/ca.pem\n`)
    expect(log).toContain('\n600\n')
    expect(log).toContain('url.https://mirror.example/.insteadof=https://github.com/')
    expect(log).toContain(`credential.helper=store --file=${host.home}/.git-credentials`)
    expect(log).not.toMatch(/gpgsign|hookspath/i)
    expect(log).toMatch(/Ada # of \\ Lovelace <ada@example\.com>$/)
  })

  test('the pnpm store and the downloads of tools, which stay warm', async () => {
    const host = hostWith({ '.npm/_cacache/x': 'warm', '.local/share/pnpm/store/v11/x': '' })
    const pnpm = join(import.meta.dirname, '../../node_modules/pnpm/pnpm')
    const machine = host.machine()
    const asked = `${pnpm} store path; PNPM_HOME=/nowhere ${pnpm} store path; cat ~/.npm/_cacache/x; touch ~/.cache/ms-playwright/browser`
    const { log } = await runText(steps(asked), machine)
    const store = join(host.home, '.local/share/pnpm/store/v11')
    expect(log).toContain(`${store}\n${store}\nwarm`)
    const again = await runText(steps('ls ~/.cache/ms-playwright'), host.machine({ cacheDir: machine.cacheDir }))
    expect(again.log).toBe('browser')
    // What was not there before is kept for jobs, and not among the person's own.
    expect(existsSync(join(host.home, '.cache'))).toBe(false)
  })

  test("a store that the repository, the person or the job chooses stands above the machine's", async () => {
    const host = hostWith({})
    const pnpm = join(import.meta.dirname, '../../node_modules/pnpm/pnpm')
    const { log } = await runText(
      steps(
        `${pnpm} config set store-dir /chosen/by-job; ${pnpm} store path\nprintf 'storeDir: /chosen/by-repository\\n' > pnpm-workspace.yaml; echo '{}' > package.json; ${pnpm} store path`,
      ),
      host.machine(),
    )
    expect(log).toMatch(/\/chosen\/by-job\/v\d+\n\/chosen\/by-repository\/v\d+$/)
    const own = hostWith({ '.config/pnpm/config.yaml': 'storeDir: ~/mine\n' })
    expect((await runText(steps(`${pnpm} store path`), own.machine())).log).toMatch(/\/mine\/v\d+$/)
  })

  test('programs that are found by way of the home folder', async () => {
    const host = hostWith({ '.nvm/nvm.sh': 'echo nvm of the person\n' })
    expect((await runText(steps('. ~/.nvm/nvm.sh'), host.machine())).log).toBe('nvm of the person')
  })

  test('nothing of a home that is not there, or that cannot be read', async () => {
    const odd = hostWith({ '.npmrc/not-a-file': '' })
    expect((await runText(steps('echo went on; echo $HOME'), odd.machine())).log).toMatch(/^went on\n.*\/home$/)
    const machine = testMachine({ env: { PATH: process.env.PATH ?? '' } })
    expect((await runText(steps('echo went on'), machine)).log).toBe('went on')
    expect(statSync(machine.workDir).isDirectory()).toBe(true)
  })
})
