/** Every alert rule there is: this list is the only one. */
export { down } from './down.ts'
export { errorRate } from './error-rate.ts'
