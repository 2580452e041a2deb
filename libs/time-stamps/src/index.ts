export { TIME_STAMP_QUERY, timeStampRequest } from './time-stamp-request.js';
export { tokenOf } from './time-stamp-response.js';
export { rootsIn, verifyTimeStamp, type Roots, type TimeStamp } from './verify-time-stamp.js';
