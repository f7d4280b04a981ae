export * from './self.resolver';
export * from './self.service';
export * from './self.type';
export * from './urgent-help';
