export * from './contact.resolver';
export * from './contact.service';
export * from './contact.type';
