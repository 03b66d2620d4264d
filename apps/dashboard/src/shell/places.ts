import { chord } from '../ui/keys.ts'

/** Every top screen: its name, address, and the letter after `g`. */
export const places = [
  { name: 'Line', to: '/', key: 'l' },
  { name: 'Runs', to: '/runs', key: 'r' },
  { name: 'Releases', to: '/releases', key: 'e' },
  { name: 'Issues', to: '/issues', key: 'i' },
  { name: 'Logs', to: '/logs', key: 'o' },
  { name: 'Monitors', to: '/monitors', key: 'm' },
  { name: 'Incidents', to: '/incidents', key: 'n' },
  { name: 'Runbooks', to: '/runbooks', key: 'b' },
  { name: 'Ledger', to: '/ledger', key: 'd' },
  { name: 'Settings', to: '/settings', key: 's' },
] as const

/** The keys of the sheet behind `?`. */
export const keySheet = (): readonly { where: string; keys: readonly (readonly [string, string])[] }[] => [
  {
    where: 'Everywhere',
    keys: [
      [chord('K'), 'go, act, settings'],
      ['?', 'this sheet'],
      ['/', 'to the filter'],
      ['[ ]', 'previous and next of the list you came from'],
      ['Esc', 'close the top layer'],
      [chord('Enter'), 'confirm a dialog'],
    ],
  },
  { where: 'Go', keys: [...places.map(({ name, key }) => [`g ${key}`, name] as const), ['g p', 'Another project']] },
  {
    where: 'Lists',
    keys: [
      ['j k', 'down and up'],
      ['Enter', 'open'],
      ['x', 'choose the issue'],
      ['Shift X', 'choose all down to it'],
      ['r u', 'resolve or mute those chosen'],
      ['Esc', 'choose none'],
    ],
  },
  {
    where: 'Run',
    keys: [
      ['f', 'next failure'],
      ['l', 'follow the log'],
      ['w', 'wrap lines'],
    ],
  },
  {
    where: 'Logs',
    keys: [
      ['l', 'follow what comes in'],
      ['Esc', 'close the line'],
      ['Shift →', 'choose bars of the histogram'],
    ],
  },
  {
    where: 'Release',
    keys: [
      ['p', 'open the approval'],
      ['Shift R', 'open the rollback'],
    ],
  },
  {
    where: 'Issue',
    keys: [
      ['r', 'resolve or reopen'],
      ['u', 'mute'],
    ],
  },
  {
    where: 'Incident',
    keys: [
      ['a', 'acknowledge'],
      ['n', 'write a note'],
    ],
  },
]
