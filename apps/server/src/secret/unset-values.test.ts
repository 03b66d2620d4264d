import { expect, test } from 'vitest'
import { unsetValues } from './unset-values.ts'

const file = (text: string, path = '.github/workflows/ship.yml') => ({ path, text })
const ship = `on: push
env: { A: "\${{ secrets.EVERYWHERE }}" }
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo \${{ vars.REGION }}' }]
  ship:
    runs-on: ubuntu-latest
    environment: production
    if: vars.DEPLOY == 'on'
    steps: [{ run: 'echo \${{ secrets.TOKEN }} \${{ secrets.GITHUB_TOKEN }}' }]
`

test('names what is asked for and not set, once for each environment, with who asks', () => {
  expect(unsetValues([file(ship)], [], [])).toEqual([
    { kind: 'secret', name: 'EVERYWHERE', environment: null, askedBy: ['ship.yml build'] },
    { kind: 'variable', name: 'REGION', environment: null, askedBy: ['ship.yml build'] },
    { kind: 'secret', name: 'EVERYWHERE', environment: 'production', askedBy: ['ship.yml ship'] },
    { kind: 'secret', name: 'TOKEN', environment: 'production', askedBy: ['ship.yml ship'] },
  ])
})

test('one of the repository is there for every environment, one of another environment is not', () => {
  const secrets = [
    { name: 'EVERYWHERE', environment: null },
    { name: 'TOKEN', environment: 'staging' },
  ]
  expect(unsetValues([file(ship)], secrets, [{ name: 'REGION', environment: null }]).map(({ name }) => name)).toEqual([
    'TOKEN',
  ])
})

test('a preview has of the repository what anybody may have, and what runners set by themselves is asked of nobody', () => {
  const preview = ship
    .replace('environment: production', 'environment: preview')
    .replace('secrets.TOKEN', 'secrets.GANTRY_TOKEN')
  const named = (isForAnyBranch: boolean) =>
    unsetValues([file(preview)], [{ name: 'EVERYWHERE', environment: null, isForAnyBranch }], []).flatMap(
      ({ name, environment }) => (environment === null ? [] : [name]),
    )
  expect([named(false), named(true)]).toEqual([['EVERYWHERE'], []])
})

test('a called workflow, a file that cannot be read and one elsewhere ask for nothing here', () => {
  const files = [file(ship.replace('on: push', 'on: workflow_call')), file('jobs: ['), file(ship, 'docs/ship.yml')]
  expect(unsetValues(files, [], [])).toEqual([])
})
