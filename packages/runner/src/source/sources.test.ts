import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gitRepository, tempFolder, writeFiles } from '../testing/test-machine.ts'
import { contentsOf } from './contents-of.ts'
import { copyFiles } from './copy-files.ts'
import { gitSource } from './git-source.ts'
import { workingTreeSource } from './working-tree-source.ts'

const at = (folder: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()

describe('a git repository as source', () => {
  test.each([false, true])('gives a commit on its branch, with history (bare: %s)', async isBare => {
    const repository = gitRepository({ 'a.txt': 'A' })
    const first = repository.sha
    writeFiles(repository.path, { 'a.txt': 'B' })
    repository.git('commit', '--quiet', '-am', 'second')
    let path = repository.path
    if (isBare) {
      path = join(tempFolder(), 'bare.git')
      at('/', 'clone', '--quiet', '--bare', repository.path, path)
    }
    const dest = tempFolder()
    process.env.GIT_DIR = '/elsewhere'
    await gitSource(path).checkout(dest, { sha: first, ref: 'refs/heads/main', fetchDepth: 1 })
    delete process.env.GIT_DIR
    expect(readFileSync(join(dest, 'a.txt'), 'utf8')).toBe('A')
    expect(at(dest, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('main')
    expect(at(dest, 'status', '--porcelain')).toBe('')
    expect(at(dest, 'rev-parse', 'origin/main')).toBe(repository.git('rev-parse', 'main'))
  })

  test('finds branches and tags by name, and says when there is none', async () => {
    const repository = gitRepository({ 'a.txt': 'A' })
    repository.git('tag', 'v1')
    repository.git('branch', 'dev/one')
    for (const [name, head] of [
      ['dev/one', 'dev/one'],
      ['refs/heads/dev/one', 'HEAD'],
      ['v1', 'HEAD'],
      [repository.sha, 'HEAD'],
    ] as const) {
      const dest = tempFolder()
      await gitSource(repository.path).checkout(dest, { sha: name, fetchDepth: 1 })
      expect(at(dest, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe(head)
    }
    const source = gitSource(repository.path)
    await expect(source.checkout(tempFolder(), { sha: 'nope', fetchDepth: 1 })).rejects.toThrow('got "nope"')
    await expect(source.checkout(tempFolder(), { sha: '--help', fetchDepth: 1 })).rejects.toThrow('got "--help"')
    await expect(gitSource('/nowhere').checkout(tempFolder(), { sha: 'x', fetchDepth: 1 })).rejects.toThrow(
      'git clone failed',
    )
  })
})

describe('a working tree as source', () => {
  test('gives the files as they lie there, leaves out ignored ones, and touches nothing', async () => {
    const repository = gitRepository({
      '.gitignore': 'ignored\nnode_modules\n',
      'kept.txt': '1',
      'changed.txt': '1',
      'gone.txt': '1',
      'ünï cødé.txt': '1',
    })
    writeFiles(repository.path, {
      'changed.txt': '2',
      'new/file.txt': 'n',
      ignored: 'x',
      'node_modules/x/y.js': 'x',
      'staged.txt': 's',
    })
    repository.git('add', 'staged.txt')
    rmSync(join(repository.path, 'gone.txt'))
    symlinkSync('kept.txt', join(repository.path, 'link'))
    mkdirSync(join(repository.path, 'empty'))
    const before = repository.git('status', '--porcelain')
    const dest = tempFolder()
    await workingTreeSource(join(repository.path, 'new')).checkout(dest, {
      sha: repository.sha,
      ref: 'refs/heads/main',
      fetchDepth: 1,
    })
    expect(readFileSync(join(dest, 'changed.txt'), 'utf8')).toBe('2')
    expect(readFileSync(join(dest, 'new/file.txt'), 'utf8')).toBe('n')
    expect(['ignored', 'node_modules', 'gone.txt', 'empty'].filter(name => existsSync(join(dest, name)))).toEqual([])
    expect(['ünï cødé.txt', 'staged.txt', 'kept.txt'].filter(name => !existsSync(join(dest, name)))).toEqual([])
    expect(lstatSync(join(dest, 'link')).isSymbolicLink()).toBe(true)
    expect(at(dest, 'rev-parse', 'HEAD')).toBe(repository.sha)
    expect(at(dest, 'status', '--porcelain', '--', 'changed.txt')).toBe('M changed.txt')
    expect(repository.git('status', '--porcelain')).toBe(before)
  })

  test('gives another ref as committed, and needs a repository', async () => {
    const repository = gitRepository({ 'a.txt': '1' })
    writeFiles(repository.path, { 'a.txt': '2' })
    const dest = tempFolder()
    await workingTreeSource(repository.path).checkout(dest, { sha: repository.sha, fetchDepth: 1 })
    expect(readFileSync(join(dest, 'a.txt'), 'utf8')).toBe('1')
    const nowhere = workingTreeSource(tempFolder())
    await expect(nowhere.checkout(tempFolder(), { sha: 'x', ref: 'y', fetchDepth: 1 })).rejects.toThrow(
      'git rev-parse failed',
    )
  })

  test('is a copy to the last block: what a job writes into a file, link or folder stays in the job', async () => {
    const repository = gitRepository({ 'a.txt': 'ours', 'run.sh': '#!/bin/sh', 'sub/b.txt': 'b' })
    chmodSync(join(repository.path, 'run.sh'), 0o755)
    symlinkSync('a.txt', join(repository.path, 'link'))
    const dest = tempFolder()
    const whole = { sha: repository.sha, ref: 'refs/heads/main', fetchDepth: 1 }
    await workingTreeSource(repository.path).checkout(dest, whole)
    expect(statSync(join(dest, 'run.sh')).mode & 0o777).toBe(0o755)
    expect(statSync(join(dest, 'a.txt')).nlink).toBe(1)
    appendFileSync(join(dest, 'link'), ' and theirs')
    rmSync(join(dest, 'sub'), { recursive: true })
    at(
      dest,
      '-c',
      'user.name=Job',
      '-c',
      'user.email=job@ci.example',
      'commit',
      '--quiet',
      '--allow-empty',
      '-am',
      'job',
    )
    expect(readFileSync(join(repository.path, 'a.txt'), 'utf8')).toBe('ours')
    expect(readFileSync(join(repository.path, 'sub/b.txt'), 'utf8')).toBe('b')
    expect(repository.git('rev-parse', 'HEAD')).toBe(repository.sha)
    expect(repository.git('status', '--porcelain')).toBe('M run.sh\n?? link')
  })

  test('gives the checkouts of one run what lay there when it began, from one clone', async () => {
    const repository = gitRepository({ 'a.txt': 'as committed', 'b.txt': 'b' })
    writeFiles(repository.path, { 'a.txt': 'changed', new: 'n' })
    rmSync(join(repository.path, 'b.txt'))
    const folder = join(tempFolder(), 'jobs/.checkout')
    const contents = contentsOf(repository.path)
    const source = workingTreeSource(repository.path, { contents: () => contents, folder })
    const ref = { sha: repository.sha, ref: 'refs/heads/main', fetchDepth: 1 }
    await contents
    const inner = join(repository.path, 'inner')
    at('/', 'init', '--quiet', inner)
    const [alone, first, second] = [tempFolder(), tempFolder(), tempFolder()]
    await workingTreeSource(repository.path).checkout(alone, ref)
    await Promise.all([source.checkout(first, ref), source.checkout(second, ref)])
    for (const dest of [first, second]) {
      expect(readdirSync(dest).sort()).toEqual(['.git', 'a.txt', 'new'])
      expect(readFileSync(join(dest, 'a.txt'), 'utf8')).toBe('changed')
      const asked = [
        ['status', '--porcelain'],
        ['branch', '--all', '--verbose'],
        ['remote', '-v'],
        ['log', '--oneline'],
      ]
      for (const words of asked) expect(at(dest, ...words)).toBe(at(alone, ...words))
      expect(at(dest, 'rev-parse', '--show-toplevel')).toBe(dest)
    }
    at(first, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '-am', 'of the first job alone')
    expect(at(second, 'rev-parse', 'HEAD')).toBe(repository.sha)
    const clones = readdirSync(join(folder, '..'))
    expect(clones).toEqual(['.checkout'])
  })

  test('gives what git can list where it cannot tell contents', async () => {
    const repository = gitRepository({ 'a.txt': '1' })
    at('/', 'init', '--quiet', join(repository.path, 'inner'))
    writeFiles(repository.path, { 'inner/x.txt': 'x', new: 'n' })
    const contents = () => contentsOf(repository.path)
    await expect(contents()).rejects.toThrow('inner')
    const dest = tempFolder()
    const source = workingTreeSource(repository.path, { contents, folder: join(tempFolder(), 'clone') })
    await source.checkout(dest, { sha: repository.sha, ref: 'refs/heads/main', fetchDepth: 1 })
    expect(readdirSync(dest).sort()).toEqual(['.git', 'a.txt', 'new'])
  })

  test('tells files apart whose names differ behind a tab', async () => {
    const repository = gitRepository({ 'a\tb': '1', 'a\tc': '2' })
    expect([...(await contentsOf(repository.path)).files.keys()]).toEqual(['a\tb', 'a\tc'])
    expect((await contentsOf(join(repository.path, '.git/..'))).files.size).toBe(2)
    await expect(contentsOf(tempFolder())).rejects.toThrow('git could not tell what lies in')
  })

  test('has files of any name, and no repository inside another', async () => {
    const names = ['-rf', '--help', 'a b', 'new\nline', '"quoted"', '[a]*?', '.hidden/.deep/x', 'ends.']
    const repository = gitRepository(Object.fromEntries(names.map(name => [name, name])))
    const inner = join(repository.path, 'inner')
    writeFiles(inner, { 'x.txt': 'x' })
    at(inner, 'init', '--quiet')
    at(inner, 'add', '-A')
    at(inner, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'x')
    const dest = tempFolder()
    const source = workingTreeSource(repository.path)
    const ref = { sha: repository.sha, ref: 'refs/heads/main', fetchDepth: 1 }
    await source.checkout(dest, ref)
    for (const name of names) expect(readFileSync(join(dest, name), 'utf8')).toBe(name)
    expect(existsSync(join(dest, 'inner'))).toBe(false)
    repository.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner')
    const again = tempFolder()
    await source.checkout(again, ref)
    expect(existsSync(join(again, 'inner'))).toBe(false)
  })

  test('leaves out files that go while it copies, and writes over what is there', async () => {
    const from = tempFolder()
    const to = tempFolder()
    writeFiles(from, { a: 'new', 'deep/b': 'b' })
    symlinkSync('a', join(from, 'link'))
    writeFiles(to, { a: 'old', link: 'no link' })
    await copyFiles(from, to, ['a', 'gone', 'link', 'deep/b', 'deep/gone'])
    expect([readFileSync(join(to, 'a'), 'utf8'), readlinkSync(join(to, 'link'))]).toEqual(['new', 'a'])
    expect(readdirSync(join(to, 'deep'))).toEqual(['b'])
    await copyFiles(from, to, [])
  })

  test('says which file it could not read', async () => {
    const from = tempFolder()
    const to = tempFolder()
    writeFiles(from, { 'a/b': 'x' })
    writeFileSync(join(to, 'a'), 'in the way')
    await expect(copyFiles(from, to, ['a/b'])).rejects.toThrow(join(to, 'a'))
  })

  test('takes more names than fit in one command', async () => {
    const from = tempFolder()
    const to = tempFolder()
    const folder = 'f'.repeat(200)
    const names = Array.from({ length: 3_000 }, (_, i) => `${folder}/${'n'.repeat(30)}${i}`)
    mkdirSync(join(from, folder))
    for (const name of names) writeFileSync(join(from, name), '')
    await copyFiles(from, to, names)
    expect(readdirSync(join(to, folder))).toHaveLength(names.length)
  })
})

describe('submodules of a working tree', () => {
  function withSubmodules() {
    const file = ['-c', 'protocol.file.allow=always']
    const inner = gitRepository({ 'inner.txt': 'inner' })
    const middle = gitRepository({ 'middle.txt': 'middle' })
    middle.git(...file, 'submodule', 'add', '--quiet', inner.path, 'inner')
    middle.git('commit', '--quiet', '-m', 'inner')
    const outer = gitRepository({ 'outer.txt': 'outer' })
    outer.git(...file, 'submodule', 'add', '--quiet', middle.path, 'lib/middle')
    outer.git('commit', '--quiet', '-m', 'middle')
    return { outer, file }
  }

  test('come as they lie there, nested ones when asked', async () => {
    const { outer, file } = withSubmodules()
    outer.git(...file, 'submodule', 'update', '--init', '--recursive', '--quiet')
    writeFiles(outer.path, { 'lib/middle/new.txt': 'not committed' })
    for (const isRecursive of [false, true]) {
      const dest = tempFolder()
      const source = workingTreeSource(outer.path)
      await source.checkout(dest, { sha: outer.git('rev-parse', 'HEAD'), ref: 'refs/heads/main', fetchDepth: 1 })
      await source.submodules?.(dest, isRecursive)
      expect(readdirSync(join(dest, 'lib/middle')).includes('new.txt')).toBe(true)
      expect(existsSync(join(dest, 'lib/middle/inner/inner.txt'))).toBe(isRecursive)
    }
  })

  test('that were never fetched are named, with what to type', async () => {
    const { outer } = withSubmodules()
    const clone = tempFolder()
    at('/', 'clone', '--quiet', outer.path, clone)
    await expect(workingTreeSource(clone).submodules?.(tempFolder(), true)).rejects.toThrow(
      'expected submodule lib/middle in the working tree, got none; fetch it: git submodule update --init --recursive',
    )
  })
})
