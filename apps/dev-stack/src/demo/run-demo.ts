export const runDemo = (): Promise<number> => Promise.resolve(1);
