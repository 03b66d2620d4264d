import { runCommand } from './command.ts'

/**
 * Gets bubblewrap onto this machine where that takes no password: tests that show what shut-in jobs and restored scripts see
 * need it, and are left out where it cannot be had. Answers what to say of it.
 */
export async function fetchBubblewrap(): Promise<string> {
  const isThere = async () => (await runCommand(['bwrap', '--version'])).exitCode === 0
  if (await isThere()) return 'bubblewrap is here'
  const why = process.getuid?.() === 0 ? await installed() : 'only root installs it'
  if (await isThere()) return 'bubblewrap was installed'
  return `no bubblewrap, so what needs it is not tested (${why}): sudo apt-get install bubblewrap`
}

async function installed(): Promise<string> {
  const apt = ['apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=60']
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  // A stale list of packages is no reason to give up: the install that follows decides.
  await runCommand([...apt, 'update'], { env })
  const { output } = await runCommand([...apt, 'install', '-y', '--no-install-recommends', 'bubblewrap'], { env })
  return output.trim().split('\n').at(-1) ?? ''
}
