import { dirname } from 'node:path'
import type { SandboxedJob } from '@gantry/core'
import { hold } from './open-cell.ts'

/** What of this machine jobs get to see. */
export interface SandboxWalls {
  /** Folders that are not there for jobs. */
  hidden: readonly string[]
  /** Folders and files below them that jobs may read. */
  shown: readonly string[]
  /** The same, for jobs to change: every job finds what others left there. */
  changeable: readonly string[]
  /** Folders elsewhere that jobs may read and not change; what is hidden may lie in them. */
  readOnly: readonly string[]
}

/** A job, and the lists of accounts that it is to find, when it has one of its own. */
export interface WalledJob extends SandboxedJob {
  accounts?: { passwd: string; group: string }
}

interface Maker {
  sh: string
  isRoot: boolean
}

/**
 * Root's jobs keep no disk and no switch of the kernel, which would show what is hidden. Other users have no right to
 * either, and a namespace of their own.
 */
export function bubblewrapArgs(
  { hidden, shown, changeable, readOnly }: SandboxWalls,
  { root, own, accounts }: WalledJob,
  { sh, isRoot }: Maker,
): string[] {
  const devices = existing.flatMap(name => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`])
  const machine = isRoot
    ? ['--dev', '/dev', ...devices, '--ro-bind', '/sys', '/sys', '--ro-bind', '/proc/sys', '/proc/sys']
    : ['--unshare-user']
  return [
    ...['--die-with-parent', '--unshare-pid', '--dev-bind', '/', '/', '--proc', '/proc', ...machine],
    ...outerFirst([
      ...readOnly.map(path => ({ path, put: ['--ro-bind', path, path] })),
      ...hidden.map(path => ({ path, put: ['--tmpfs', path] })),
      // What bubblewrap makes by itself on the way there, only root could pass.
      ...onTheWay(hidden, [...shown, root, ...changeable]).map(path => ({
        path,
        put: ['--perms', '755', '--dir', path],
      })),
      ...[...shown, root].map(path => ({ path, put: ['--ro-bind', path, path] })),
      ...[...changeable, ...own].map(path => ({ path, put: ['--bind', path, path] })),
    ]).flat(),
    ...hidden.flatMap(path => ['--remount-ro', path]),
    ...listsOf(accounts).flatMap(({ list, at }) => ['--ro-bind', list, at]),
    ...['--', sh, '-c', hold],
  ]
}

/**
 * A folder that is shown may lie in one that is hidden, and hold one that is hidden in turn: what lies deeper comes later, so
 * that it counts.
 */
function outerFirst<Put>(all: { path: string; put: Put }[]): Put[] {
  const depth = (path: string): number => path.split('/').length
  return all.toSorted((a, b) => depth(a.path) - depth(b.path)).map(({ put }) => put)
}

/** The folders between what is hidden and what is shown in it. */
function onTheWay(hidden: readonly string[], shown: readonly string[]): string[] {
  const all = new Set<string>()
  for (const path of shown)
    for (let folder = dirname(path); hidden.some(one => folder.startsWith(`${one}/`)); folder = dirname(folder))
      all.add(folder)
  return [...all].filter(folder => !hidden.includes(folder))
}

/** Of `/dev`, beside what every container has. */
const existing = ['shm', 'fuse', 'kvm']
const usual = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts', 'mqueue']

/** Binds come from a second view of the whole, where nothing is hidden yet. */
export function unshareArgs(
  { hidden, shown, changeable, readOnly }: SandboxWalls,
  { root, own, accounts }: WalledJob,
  { sh }: Maker,
): string[] {
  const script = [
    prepared,
    ...outerFirst([
      ...readOnly.map(path => ({ path, put: `bind ${quoted(path)} rbind,ro` })),
      ...hidden.map(path => ({
        path,
        put: `mkdir -p ${quoted(path)}\nmount -t tmpfs -o mode=755 gantry ${quoted(path)}`,
      })),
      ...[...shown, root].map(path => ({ path, put: `bind ${quoted(path)} bind,ro` })),
      ...[...changeable, ...own].map(path => ({ path, put: `bind ${quoted(path)} bind` })),
    ]),
    ...hidden.map(path => `mount -o remount,ro ${quoted(path)}`),
    ...listsOf(accounts).map(({ list, at }) => `mount -o bind,ro "$stage"${quoted(list)} ${at}`),
    finished,
    `exec ${quoted(sh)} -c ${quoted(hold)}`,
  ]
  return ['--mount', '--pid', '--fork', '--kill-child', '--', sh, '-c', script.join('\n')]
}

const listsOf = (accounts: WalledJob['accounts']): { list: string; at: string }[] =>
  accounts === undefined
    ? []
    : [
        { list: accounts.passwd, at: '/etc/passwd' },
        { list: accounts.group, at: '/etc/group' },
      ]

const prepared = `PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -e
mount --make-rprivate /
mount -t proc proc /proc
stage=$(mktemp -d)
mount --rbind / "$stage"
bind() {
  if [ -d "$stage$1" ]; then mkdir -p "$1"; else mkdir -p "\${1%/*}"; [ -e "$1" ] || : >"$1"; fi
  mount -o "$2" "$stage$1" "$1"
}`

const finished = `mount -t tmpfs -o mode=755 gantry /dev
for name in ${[...usual, ...existing].join(' ')}; do
  if [ -d "$stage/dev/$name" ]; then mkdir "/dev/$name"; elif [ -e "$stage/dev/$name" ]; then : >"/dev/$name"; else continue; fi
  mount --rbind "$stage/dev/$name" "/dev/$name"
done
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/0 /dev/stdin
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd/2 /dev/stderr
mount -o bind,ro /proc/sys /proc/sys
mount -o rbind,ro /sys /sys
umount -l "$stage"
rmdir "$stage"`

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
