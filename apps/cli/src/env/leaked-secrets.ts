import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { EnvFinding } from '@gantry/core/env'
import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] }
/** What is larger is data; a key in it is not found. */
const mostBytes = 1_000_000

/** Tokens and keys of known vendors in files git knows, found by secretlint's recommended rules. Messages are masked. */
export async function leakedSecrets(
  top: string,
  paths: readonly string[],
  told: (done: number, of: number) => void,
): Promise<EnvFinding[]> {
  const findings: EnvFinding[] = []
  for (const [index, path] of paths.entries()) {
    const content = await textOf(join(top, path))
    if (content !== null) findings.push(...(await inText(content, path)))
    told(index + 1, paths.length)
  }
  return findings
}

async function inText(content: string, path: string): Promise<EnvFinding[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content, contentType: 'text', ext: /\.[^.]*$/.exec(path)?.[0] ?? '' },
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  })
  return messages.map(({ message, loc }) => ({
    rule: 'leaked-secret',
    severity: 'error',
    message,
    fix: 'Replace the secret at its vendor first; taking it out of the file does not take it out of the history.',
    path,
    line: loc.start.line,
  }))
}

/** Null for what is no text, no file any more, or too large. */
async function textOf(file: string): Promise<string | null> {
  const handle = await open(file).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'EISDIR', 'ELOOP'].includes(String(cause.code)))
      return null
    throw cause
  })
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) return null
    const bytes = await handle.readFile()
    return bytes.includes(0) ? null : bytes.toString()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EISDIR') return null
    throw cause
  } finally {
    await handle.close()
  }
}
