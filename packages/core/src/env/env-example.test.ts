import { describe, expect, it } from 'vitest'
import { readEnvExample } from './env-example.ts'

describe('.env.example', () => {
  it('says what each name is for, its type, and who must have it', () => {
    const { variables, faults } = readEnvExample(`\uFEFF# The shop's settings.

# Stripe's restricted key,
# one for each environment
# @type=string(startsWith=rk_) @sensitive @required @in=staging,production @service=backend
STRIPE_KEY=
# @type=url
API_URL="http://127.0.0.1:4000"\r
export plain='x'
# CHROMIUM_PATH=/usr/bin/chromium
# e.g. name=value in a sentence
`)
    expect(faults).toEqual([])
    expect(variables).toEqual([
      {
        name: 'STRIPE_KEY',
        line: 6,
        text: "Stripe's restricted key, one for each environment",
        example: '',
        type: 'string',
        isSecret: true,
        isRequired: true,
        environments: ['staging', 'production'],
        services: ['backend'],
      },
      expect.objectContaining({ name: 'API_URL', type: 'url', example: 'http://127.0.0.1:4000', text: '' }),
      expect.objectContaining({ name: 'plain', type: null, example: 'x', environments: null }),
      expect.objectContaining({ name: 'CHROMIUM_PATH', line: 10 }),
    ])
  })

  it('says where it cannot be read', () => {
    const { variables, faults } = readEnvExample(
      '# @sensitve\nA=\nA=2\nno sense\n# @type=ulr\nB=\n# write to me@example.com\nC=\n',
    )
    expect(variables.map(({ name }) => name)).toEqual(['A', 'B', 'C'])
    expect(faults).toEqual([
      { line: 1, message: 'unknown decorator @sensitve; did you mean "sensitive"?' },
      { line: 3, message: 'A is declared on line 2 already' },
      { line: 4, message: 'expected NAME=value or a comment, got "no sense"' },
      { line: 6, message: 'unknown type "ulr" of B; did you mean "url"?' },
    ])
  })

  it('takes a word with an @ inside of a sentence for what it is', () => {
    const { variables, faults } = readEnvExample('# Ask @ops for it; @requierd there is a typo of theirs\nKEY=\n')
    expect(faults).toEqual([])
    expect(variables).toMatchObject([{ name: 'KEY', isRequired: false }])
  })

  it('takes the name of a package and a tag of JSDoc for words', () => {
    const text = '# @pinia/nuxt\n# @see https://example.com/docs\n# @todo say more\n# @sensitive(kind=jwt)\nKEY=\n'
    expect(readEnvExample(text)).toMatchObject({
      faults: [],
      variables: [{ name: 'KEY', isSecret: true, text: '@pinia/nuxt @see https://example.com/docs @todo say more' }],
    })
  })

  it('of nothing is nothing', () => expect(readEnvExample('')).toEqual({ variables: [], faults: [] }))
})
