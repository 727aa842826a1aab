import worker from '../../src/index.ts'
import { underLimits } from './limits.ts'

export * from '../../src/index.ts'
export default underLimits(worker)
