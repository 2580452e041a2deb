// Writes docs/reference/openapi.json from the control plane's routes; needs its build. A suite of the control plane fails
// where the file is not what a running one shows.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import prettier from 'prettier';

const ROOT = path.resolve(import.meta.dirname, '..');
const file = path.join(ROOT, 'docs/reference/openapi.json');
const built = (name) => import(path.join(ROOT, 'apps/control-plane/dist', name));

const { AppModule } = await built('app.module.js');
const { OpenapiDocument } = await built('openapi/openapi-document.js');
// nothing is connected or constructed in a preview; routes and bodies are known all the same
const app = await NestFactory.create(AppModule.with({}), { preview: true, logger: ['error'], abortOnError: false });
const document = new OpenapiDocument();
document.describe(app);
const options = await prettier.resolveConfig(file);
writeFileSync(file, await prettier.format(JSON.stringify(document.value), { ...options, filepath: file }));
process.exit(0);
