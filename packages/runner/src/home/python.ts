import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Every Python that is started runs this first. Outside of a virtual environment pip then installs below the home folder,
 * which is the job's, and not for the whole machine; inside of one it would refuse to.
 */
const customize = `import os, sys
if sys.prefix != sys.base_prefix:
    os.environ.pop("PIP_USER", None)
elif not any(a.split("=")[0] in ("-t", "--target", "--prefix", "--root") for a in getattr(sys, "orig_argv", [])):
    os.environ.setdefault("PIP_USER", "1")
`

export const pythonPath = (home: string): string => join(home, '.gantry/python')

export async function writePythonSettings(home: string): Promise<void> {
  await mkdir(pythonPath(home), { recursive: true })
  await writeFile(join(pythonPath(home), 'sitecustomize.py'), customize)
}
