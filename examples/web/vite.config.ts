import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Wherever the folder of the app is served.
  base: './',
  build: { target: 'es2023', sourcemap: true },
});
