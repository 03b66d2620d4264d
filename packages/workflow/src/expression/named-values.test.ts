import { expect, it } from 'vitest'
import { namedValues } from './named-values.ts'

it('finds the names in any way they can be written, once each', () => {
  const job = {
    env: { A: '${{ secrets.FLY_API_TOKEN }}', B: "x ${{ format('{0}', SECRETS['fly_api_token']) }} y" },
    steps: [{ run: 'echo ${{ vars.region }} ${{ secrets.NPM || secrets.OTHER }}' }, { with: { t: ['${{vars.A-B}}'] } }],
  }
  expect(namedValues(job)).toEqual([
    { kind: 'secret', name: 'FLY_API_TOKEN' },
    { kind: 'variable', name: 'REGION' },
    { kind: 'secret', name: 'NPM' },
    { kind: 'secret', name: 'OTHER' },
    { kind: 'variable', name: 'A-B' },
  ])
})

it.each([
  ['what has a text in its place', { env: { T: "${{ secrets.KEY || '' }}", U: "${{ vars['REGION'] || 'eu' }}" } }],
  ['a condition', { if: "vars.DEPLOY == 'on' && ${{ secrets.KEY }}" }],
  ['text that is no expression', { run: 'echo secrets.KEY' }],
  ['the token of the run', { env: { T: '${{ secrets.GITHUB_TOKEN }}' } }],
  ['a name that ends alike', { run: '${{ inputs.mysecrets }} ${{ env.secrets_a }}' }],
  ['nothing', null],
])('asks for nothing in %s', (_, piece) => {
  expect(namedValues(piece)).toEqual([])
})
