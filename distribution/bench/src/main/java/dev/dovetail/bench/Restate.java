package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reference for workflows: Restate with a handler of three steps, from a folder in which npm has installed it. */
final class Restate {
    private static final String SCRIPT = """
            const {spawn} = require('child_process');
            const {createServer} = require('net');
            const {mkdtempSync, rmSync} = require('fs');
            const {tmpdir} = require('os');
            const {join} = require('path');
            Promise.withResolvers ??= function () { // the SDK wants it, and Node has it from 22 on
              const it = {};
              it.promise = new Promise((resolve, reject) => Object.assign(it, {resolve, reject}));
              return it;
            };
            const restate = require('@restatedev/restate-sdk');
            const three = restate.service({name: 'three', handlers: {run: async (ctx, input) => {
              const a = await ctx.run('reserve', () => ({reservation: input.id}));
              const b = await ctx.run('charge', () => ({charged: 10}));
              const c = await ctx.run('ship', () => ({shipped: true}));
              return {a, b, c};
            }}});
            const free = () => new Promise(done => {
              const server = createServer().listen(0, '127.0.0.1', () => {
                const port = server.address().port;
                server.close(() => done(port));
              });
            });
            (async () => {
              const [service, ingress, admin, node] = [await free(), await free(), await free(), await free()];
              await restate.endpoint().bind(three).listen(service);
              const folder = mkdtempSync(join(tmpdir(), 'restate-'));
              const binary = require.resolve('@restatedev/restate-server-linux-x64/bin/restate-server');
              const server = spawn(binary, ['--base-dir', folder], {stdio: ['ignore', 'ignore', 'inherit'], env: {
                ...process.env, RESTATE_INGRESS__BIND_ADDRESS: '127.0.0.1:' + ingress,
                RESTATE_ADMIN__BIND_ADDRESS: '127.0.0.1:' + admin, RESTATE_BIND_ADDRESS: '127.0.0.1:' + node,
                RESTATE_ADVERTISED_ADDRESS: 'http://127.0.0.1:' + node, RESTATE_DISABLE_TELEMETRY: 'true'}});
              process.on('SIGTERM', () => { server.kill('SIGKILL'); });
              server.on('exit', () => { rmSync(folder, {recursive: true, force: true}); process.exit(); });
              for (let i = 0; i < 300; i++) {
                try {
                  const answer = await fetch('http://127.0.0.1:' + admin + '/deployments', {method: 'POST',
                    headers: {'content-type': 'application/json'}, body: JSON.stringify({uri: 'http://127.0.0.1:' + service})});
                  if (answer.ok) { console.log('ready http://127.0.0.1:' + ingress); return; }
                } catch (e) { }
                await new Promise(done => setTimeout(done, 100));
              }
              server.kill('SIGKILL');
            })();
            """;

    private Restate() {}

    /** @param folder with {@code node_modules} that hold its server and its SDK */
    static Subject start(Path folder) {
        try {
            Path script = folder.resolve("three-steps.cjs");
            Files.writeString(script, SCRIPT);
            return Subject.start(List.of("node", script.toString()), Subject.log("restate"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
