import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

const timeoutMs = 60_000

/** What a program of the repository answers to a file on its input. */
export async function runTool(
  program: string,
  args: readonly string[],
  input: string,
  cwd: string,
): Promise<{ out: string; complaint: string; code: number }> {
  const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs })
  child.stdin.on('error', () => {
    // It ended without reading all; its exit code says why.
  })
  child.stdin.end(input)
  const ended = new Promise<number>(resolve => {
    child.once('error', () => resolve(1))
    child.once('close', code => resolve(code ?? 1))
  })
  const [out, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { out, complaint, code }
}
