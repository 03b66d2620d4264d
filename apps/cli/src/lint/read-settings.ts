import { loadConfig } from '@gantry/config/load'
import { didYouMean, GantryError } from '@gantry/core'
import { type LintSettings, ownIds, rules } from '@gantry/lint'
import type { Output } from '../terminal/output.ts'

/**
 * The section `lint` of gantry.config.ts. Without a config the rules are as they come; one that cannot be read is said.
 * @throws GantryError CONFIG_INVALID when it names a rule that is none
 */
export async function readSettings(top: string, output: Output): Promise<LintSettings | undefined> {
  const settings = await sectionOf(top, output)
  const known = [...rules.map(({ id }) => id), ...ownIds]
  for (const [rule, decided] of Object.entries(settings?.rules ?? {})) {
    if (!known.includes(rule))
      throw new GantryError(
        'CONFIG_INVALID',
        `lint.rules.${rule}: expected a rule of gantry lint, got "${rule}"${didYouMean(rule, known)}`,
      )
    if (rule === 'valid' && decided !== 'error')
      throw new GantryError(
        'CONFIG_INVALID',
        `lint.rules.valid: expected error, got ${decided}: GitHub refuses the file`,
      )
  }
  return settings
}

async function sectionOf(top: string, output: Output): Promise<LintSettings | undefined> {
  try {
    return (await loadConfig(top)).lint
  } catch (error) {
    if (!(error instanceof GantryError)) throw error
    if (error.code !== 'CONFIG_MISSING') output.note(`the rules are as they come: ${error.message}`)
    return undefined
  }
}
