/** A row as plain data: what an entity holds, without being an instance of its class. */
export type Plain<T> = { [K in keyof T]: T[K] };
