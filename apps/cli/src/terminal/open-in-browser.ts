import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' }

/** Asks the desktop to show an address. A machine without one is no error: the address was printed. */
export function openInBrowser(url: string, opener = openers[process.platform] ?? 'xdg-open'): void {
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}
