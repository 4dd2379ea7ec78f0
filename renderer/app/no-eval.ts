import { config } from 'zod';

// zod compiles schemas where it may. Our pages may not, and even its trial would break the content security policy.
config({ jitless: true });
