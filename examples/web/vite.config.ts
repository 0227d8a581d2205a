import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The recipes of docs/frontend.md, as they are. tsconfig.json names the same folder.
  resolve: { alias: { '#clients': fileURLToPath(new URL('../clients', import.meta.url)) } },
  // Wherever the folder of the app is served.
  base: './',
  build: { target: 'es2023', sourcemap: true },
});
