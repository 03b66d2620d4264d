import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tail } from './git.ts'

/** The files a checkout would get, each with the id of its content. */
export interface Contents {
  files: ReadonlyMap<string, string>
  /** The branches and tags that a clone gets, with their commits, as one text. */
  refs: string
}

/**
 * One shell asks git everything, for starting a process takes longer than most of its answers. Index and objects are written
 * into a folder beside the repository: nothing of it changes.
 *
 * The index is copied with its time and what it knows of times, so that unchanged files are not read again. Its own time
 * counts: git reads those again that are as young as the index, and with a newer time an edit in the second of the commit would
 * not be seen. A repository without one has no files yet.
 */
const questions = `set -e
g() { git -c safe.directory='*' -c core.fsmonitor=false -c core.safecrlf=false "$@"; }
places=$(g rev-parse --path-format=absolute --show-toplevel --git-path objects --git-path index)
{ IFS= read -r top; IFS= read -r objects; IFS= read -r index; } <<places
$places
places
cd "$top"
g for-each-ref --format='%(objectname) %(refname)' refs/heads refs/tags
printf '\\0'
mkdir "$1/objects"
if [ -e "$index" ]; then cp -p "$index" "$1/index"; fi
export GIT_INDEX_FILE="$1/index" GIT_OBJECT_DIRECTORY="$1/objects" GIT_ALTERNATE_OBJECT_DIRECTORIES="$objects"
g add --all
g ls-files -z --stage`

/** What lies in a working tree, uncommitted and new files included, ignored ones not. */
export async function contentsOf(dir: string): Promise<Contents> {
  // At once: whoever asks first and then reads many modules would otherwise keep git from beginning.
  const folder = mkdtempSync(join(tmpdir(), 'gantry-contents-'))
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', questions, 'sh', folder], {
      cwd: dir,
      env: { PATH, HOME, LC_ALL: 'C' },
      maxBuffer: 2 ** 28,
    })
    const [refs = '', ...staged] = stdout.split('\0')
    return { files: filesIn(staged), refs }
  } catch (error) {
    throw new Error(`git could not tell what lies in ${dir}: ${tail(error)}`, { cause: error })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `<mode> <id> <stage>\t<path>`; the mode counts too, for a script that becomes executable. */
function filesIn(staged: readonly string[]): Map<string, string> {
  return new Map(
    staged
      .filter(line => line !== '')
      .map(line => {
        // A name may hold tabs as well.
        const end = line.indexOf('\t')
        const [mode, id] = line.slice(0, end).split(' ')
        return [line.slice(end + 1), `${mode} ${id}`]
      }),
  )
}
