export { type DayFiles, openDayFiles } from './day-files.ts'
