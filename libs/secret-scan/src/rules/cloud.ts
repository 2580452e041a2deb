import { namedValue } from '../forms/named-value.js';
import { prefixedToken } from '../forms/prefixed-token.js';
import type { Rule } from '../rule.js';
import { awsSecretNearby } from './aws-secret.js';

/** AWS: docs.aws.amazon.com, "Unique identifiers" of IAM; Bedrock API keys of 2025. */
const AWS: readonly Rule[] = [
  prefixedToken({
    id: 'aws-access-key',
    title: 'AWS access key id',
    prefix: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    body: '[A-Z0-9]{16}',
    apart: true,
    like: ['AKIA{y16}', 'aws_access_key_id = ASIA{y16}'],
    unlike: ['AKIAIOSFODNN7EXAMPLE', 'AKIA{L16}'],
  }),
  namedValue({
    id: 'aws-secret-key',
    title: 'AWS secret access key',
    names: [
      'aws_secret',
      'aws-secret',
      'awssecret',
      'secret_access_key',
      'secret-access-key',
      'secretaccesskey',
      'secretkey',
      'secret_key',
      'aws_key',
      'aws.secret',
    ],
    telling: true,
    value: '[A-Za-z0-9/+]{40}',
    check: (value) => (/[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) ? 'ok' : 'no'),
    like: ['AWS_SECRET_ACCESS_KEY={b40}', '"SecretAccessKey": "{b40}"', 'aws_secret_access_key = {b40}'],
    unlike: ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'secret_key={h40}'],
  }),
  awsSecretNearby,
  prefixedToken({
    id: 'aws-session-token',
    title: 'AWS session token',
    prefix: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz', 'FQoGZXIvYXdz'],
    body: '[A-Za-z0-9/+]{100,2000}={0,2}',
    reach: 2100,
    like: ['IQoJb3JpZ2lu{b400}==', 'AWS_SESSION_TOKEN=FwoGZXIvYXdz{b300}='],
  }),
  prefixedToken({
    id: 'aws-bedrock-key',
    title: 'AWS Bedrock API key',
    prefix: ['ABSK', 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t'],
    body: '[A-Za-z0-9+/]{100,1200}={0,2}',
    reach: 1300,
    like: ['ABSKQmVkcm9ja0FQSUtleS{b110}=', 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{b300}'],
  }),
  prefixedToken({
    id: 'aws-appsync-key',
    title: 'AWS AppSync API key',
    prefix: 'da2-',
    body: '[a-z0-9]{26}',
    like: ['da2-{l26}', 'x-api-key: da2-{l26}'],
  }),
  prefixedToken({
    id: 'amazon-mws-token',
    title: 'Amazon MWS authentication token',
    prefix: 'amzn.mws.',
    body: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    like: ['amzn.mws.{uuid}', 'mws_auth_token=amzn.mws.{uuid}'],
  }),
  prefixedToken({
    id: 'amazon-client-secret',
    title: 'Login with Amazon client secret',
    prefix: 'amzn1.oa2-cs.v1.',
    body: '[0-9a-f]{64}',
    like: ['amzn1.oa2-cs.v1.{h64}', 'client_secret: amzn1.oa2-cs.v1.{h64}'],
  }),
];

/** Google Cloud: cloud.google.com/docs/authentication, and the prefixes of its OAuth responses. */
const GOOGLE: readonly Rule[] = [
  prefixedToken({
    id: 'google-api-key',
    title: 'Google API key (Maps, Firebase, Gemini and others)',
    prefix: 'AIza',
    body: '[A-Za-z0-9_-]{35}',
    like: ['AIza{w35}', '?key=AIza{w35}&libraries=places'],
  }),
  prefixedToken({
    id: 'google-client-secret',
    title: 'Google OAuth client secret',
    prefix: 'GOCSPX-',
    body: '[A-Za-z0-9_-]{28}',
    like: ['GOCSPX-{w28}', '"client_secret":"GOCSPX-{w28}"'],
  }),
  prefixedToken({
    id: 'google-access-token',
    title: 'Google OAuth access token',
    prefix: 'ya29.',
    body: '[A-Za-z0-9_.-]{30,1200}',
    reach: 1300,
    like: ['ya29.{w180}', 'Bearer ya29.a0A{w160}'],
  }),
  prefixedToken({
    id: 'google-refresh-token',
    title: 'Google OAuth refresh token',
    prefix: '1//0',
    body: '[A-Za-z0-9_-]{40,240}',
    like: ['1//0{w99}', '"refresh_token": "1//0{w60}"'],
  }),
  prefixedToken({
    id: 'google-hmac-key',
    title: 'Google Cloud Storage HMAC access key',
    prefix: 'GOOG1E',
    body: '[A-Z0-9]{55}',
    like: ['GOOG1E{u55}', 'gs_access_key_id = GOOG1E{u55}'],
  }),
];

/** Azure: learn.microsoft.com; the fixed letters within newer keys are those of Microsoft's "identifiable secrets". */
const AZURE: readonly Rule[] = [
  namedValue({
    id: 'azure-storage-key',
    title: 'Azure storage or Cosmos DB account key',
    names: [
      'accountkey',
      'account_key',
      'account-key',
      'storage_key',
      'storagekey',
      'storage_access_key',
      'cosmos',
      'azure_storage',
    ],
    value: '[A-Za-z0-9+/]{86}==',
    telling: true,
    like: ['AccountName=shop;AccountKey={b86}==;EndpointSuffix=core.windows.net', 'AZURE_STORAGE_KEY={b86}=='],
    unlike: ['AccountKey={b40}=='],
  }),
  namedValue({
    id: 'azure-shared-access-key',
    title: 'Azure Service Bus, Event Hubs, IoT or Batch key',
    names: ['sharedaccesskey', 'shared_access_key', 'devicekey', 'servicebus', 'eventhub', 'iothub'],
    value: '[A-Za-z0-9+/]{43}=',
    telling: true,
    like: ['SharedAccessKeyName=root;SharedAccessKey={b43}=', 'EVENTHUB_KEY="{b43}="'],
    unlike: ['SharedAccessKey={b20}='],
  }),
  prefixedToken({
    id: 'azure-sas-token',
    title: 'Azure shared access signature',
    prefix: ['&sig=', '?sig=', ';sig='],
    body: '[A-Za-z0-9+/%]{43,64}(?:=|%3[Dd])',
    open: true,
    like: [
      '?sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2030-01-01&sig={b43}%3D',
      'https://a.blob.core.windows.net/c?sp=r&sig={a20}%2B{a22}%3D',
    ],
  }),
  prefixedToken({
    id: 'azure-client-secret',
    title: 'Microsoft Entra client secret',
    prefix: 'Q~',
    lead: { class: 'A-Za-z0-9_~.\\-', min: 4, max: 4 },
    body: '[A-Za-z0-9_~.-]{31,34}',
    check: (token) => (/^.{3}\dQ~/.test(token) ? 'ok' : 'no'),
    like: ['{a3}8Q~{w34}', 'AZURE_CLIENT_SECRET={a3}7Q~{w31}'],
    unlike: ['{a3}xQ~{w34}'],
  }),
  prefixedToken({
    id: 'azure-identifiable-key',
    title: 'Azure key of the identifiable format (DevOps, OpenAI, AI services)',
    prefix: 'JQQJ99',
    lead: { class: 'A-Za-z0-9', min: 52, max: 52 },
    body: '[A-Za-z0-9]{26}',
    like: ['{a52}JQQJ99{a18}AZDO{a4}', 'AZURE_OPENAI_API_KEY={a52}JQQJ99{a18}ACOG{a4}'],
    unlike: ['{a20}JQQJ99{a26}'],
  }),
  prefixedToken({
    id: 'azure-marked-key',
    title: 'Azure storage, function, search, cache or registry key',
    prefix: ['+ASt', 'AzFu', 'AzSe', 'AzCa', '+ACR', '+AEh', '+ASb', 'AIoT', '+ABa', 'ACDb', '+AMC'],
    lead: { class: 'A-Za-z0-9+/\\-_', min: 33, max: 76 },
    body: '[A-Za-z0-9+/_-]{5,10}={0,2}',
    check: (token) => ([44, 52, 56, 88].includes(token.length) ? 'ok' : 'no'),
    like: ['{b76}+ASt{b6}==', '{w44}AzFu{w6}=='],
    unlike: ['{b20}+ASt{b5}=='],
  }),
  namedValue({
    id: 'azure-subscription-key',
    title: 'Azure API Management or AI services key',
    names: [
      'subscription-key',
      'subscription_key',
      'subscriptionkey',
      'azure_openai',
      'azure_api',
      'cognitive',
      'speech_key',
      'azure_devops',
      'azure_pat',
    ],
    value: '[0-9a-f]{32}|[a-z2-7]{52}',
    like: ['Ocp-Apim-Subscription-Key: {h32}', 'AZURE_OPENAI_KEY={h32}'],
    unlike: ['subscription_key={h20}'],
  }),
];

export const CLOUD: readonly Rule[] = [...AWS, ...GOOGLE, ...AZURE];
