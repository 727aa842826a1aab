/** Lists without `limit` are whole by the contract; past this a page says that there is more. */
export const EVERYTHING = 1000
