export const lineFeed = 10;
export const escapeByte = 27;
export const space = 32;
