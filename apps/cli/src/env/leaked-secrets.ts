import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type EnvFinding, isPlaceholder, isTestFile } from '@gantry/core/env'
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
  const isTest = isTestFile(path) || /(^|\/)(fixtures?|__snapshots__)\//.test(path)
  return messages
    .filter(({ ruleId, range }) => !madeUp.test(ruleId) || !(isTest || opensNothing(content.slice(...range))))
    .map(({ message, loc }) => ({
      rule: 'leaked-secret',
      // A vendor's token in a test is mostly one that was made up in the vendor's form; only a person can tell.
      severity: isTest ? 'warning' : 'error',
      message,
      fix: isTest
        ? 'Replace it at its vendor if it was ever a real one; else break its form, so that nobody has to look again.'
        : 'Replace the secret at its vendor first; taking it out of the file does not take it out of the history.',
      path,
      line: loc.start.line,
    }))
}

/** Rules for what anybody can write without having it: addresses with a password, and keys made for a test. */
const madeUp = /(database-connection-string|basicauth|privatekey)$/

/** An address whose password is a word that stands for one, or whose host is nobody's. */
function opensNothing(found: string): boolean {
  const [, user = '', password = '', host = ''] = /\/\/([^:@/\s]+):([^@/\s]+)@(\[[^\]]*\]|[^/:?\s]+)/.exec(found) ?? []
  if (password === '') return false
  const isWord =
    /^(user(name)?|pass(word|wd)?|pw|pwd|secret|example|test|dev|admin|root|postgres|mysql|mongo|guest|db)$/i
  const isNobodys =
    /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|[^.]+|.*\.(local|localhost|internal|test|example|invalid)|(.*\.)?example\.(com|net|org))$/i
  return isPlaceholder(password) || isWord.test(password) || password === user || isNobodys.test(host)
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
