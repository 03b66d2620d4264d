import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { askedNetwork } from './network.ts'
import { Veil } from './veil.ts'

/** What a script is to see. */
export interface Sight {
  /** Folders with other folders put in their place. */
  veils: readonly { at: string; folder: string }[]
  /** A folder of which nothing is in sight but the one below it. */
  emptied: { folder: string; but: string }
  /** Where the figures of its network go. */
  report: string
}

/** Runs a program with less in sight and without a network. */
export interface Viewer {
  /** The words to put before `sh`'s own ones. */
  words(sight: Sight): string[]
}

/**
 * bubblewrap, where it is there and may do what it is asked. Tried out: kernels, containers and file systems refuse in many
 * ways, and one that keeps no times of access would hide that somebody looked.
 * @param folder to try it in
 */
export async function findViewer(folder: string): Promise<Viewer | undefined> {
  if (process.platform !== 'linux') return undefined
  const program = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].find(path => existsSync(path))
  if (program === undefined) return undefined
  const viewer = { words: (sight: Sight) => wordsOf(program, sight) }
  return (await works(viewer, join(folder, 'trial'))) ? viewer : undefined
}

/**
 * A signal is for the script: what stands around it waits for the script's own end.
 * Processes of others would show what is hidden by their working folders, so they are out of sight too. Those that the
 * script leaves behind live on, and are seen from outside.
 */
function wordsOf(program: string, { veils, emptied, report }: Sight): string[] {
  const mounts = veils.flatMap(({ at, folder }) => ['--bind', folder, at])
  return [
    ...[program, '--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc', '--unshare-net'],
    ...['--tmpfs', emptied.folder, '--bind', emptied.but, emptied.but],
    ...mounts,
    ...['--', 'env', '--default-signal=INT,TERM,HUP', '/bin/sh', '-c', supervised, report],
  ]
}

/** Its own processes are the first of the namespace and the shell itself; one that is about to end may be there a moment longer. */
const supervised = `trap : INT TERM HUP
sh "$@"
code=$?
for pause in 0.05 0.2 0; do
  set -- /proc/[0-9]*
  if [ "$#" -le 2 ]; then break; fi
  sleep "$pause"
done
{ echo "left $(($# - 2))"; cat /proc/net/snmp /proc/net/snmp6; } >"$0" 2>/dev/null
exit "$code"`

async function works(viewer: Viewer, folder: string): Promise<boolean> {
  const [hidden, shown] = [join(folder, 'all/hidden'), join(folder, 'all/shown')]
  const report = join(shown, 'report')
  for (const each of [hidden, shown, join(hidden, 'name'), join(hidden, 'other')]) mkdirSync(each, { recursive: true })
  try {
    const [through, other, listed, untouched] = ['through', 'other', 'listed', 'untouched'].map(
      name => new Veil(hidden, join(folder, name), { withManifest: false }),
    )
    if (!through || !other || !listed || !untouched) return false
    const script = `cd ${quoted(shown)}; cat a/name/x; cat d/other/x; ls b; exit 3`
    for (const name of ['a', 'b', 'c', 'd']) mkdirSync(join(shown, name))
    const veils = [through, listed, untouched, other].map((veil, nth) => ({
      at: join(shown, ['a', 'b', 'c', 'd'][nth] ?? ''),
      folder: veil.folder,
    }))
    const sight = { veils, emptied: { folder: join(folder, 'all'), but: shown }, report }
    const [command = '', ...args] = viewer.words(sight)
    const code = await promisify(execFile)(command, [...args, '-c', script], { timeout: 10_000 }).then(
      () => 0,
      (error: { code?: unknown }) => error.code,
    )
    const isSilent = existsSync(report) && !askedNetwork(readFileSync(report, 'utf8'))
    const areTold = [through, other, listed].every(veil => veil.wasTouched())
    return code === 3 && isSilent && areTold && !untouched.wasTouched()
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
