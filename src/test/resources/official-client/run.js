// Drives the official client, which is installed beside this script, and prints one JSON line per call.
//
//   node run.js <base URL> <credentials: key:<API key> or oauth:<id>:<secret>> <call> [argument]...
//
// Each further call follows after "--". {{name}} in an argument stands for a field of the answer before.
const { RestAPIClient } = require("@cognigy/rest-api-client");

const [baseUrl, credentials, ...rest] = process.argv.slice(2);
const client = new RestAPIClient({ baseUrl, maxRetries: 0 });

const calls = {
    token: async (scope) => {
        await client.login({ type: "clientCredentials", scope });
        return { access_token: await client.getAccessToken() };
    },
    list: (json) => client.indexTasks(JSON.parse(json)),
    read: (taskId) => client.readTask({ taskId }),
    cancel: async (taskId) => ({ answer: await client.cancelTask({ taskId }) }),
    train: (flowId, mode, localeId) => client.trainIntents({ flowId, mode, localeId }),
    trainAll: (projectId) => client.trainAllProjectFlows({ projectId }),
    trainYesNo: (localeId) => client.trainYesNoIntents({ localeId }),
    trainYesNoOfProject: (projectId) => client.trainYesNoIntentsProject({ projectId }),
    project: (projectId) => client.readProject({ projectId }),
    projects: () => client.indexProjects({}),
    flows: (projectId) => client.indexFlows({ projectId }),
    flow: (flowId) => client.readFlow({ flowId }),
    locales: (json) => client.indexLocales(JSON.parse(json)),
};

function setCredentials() {
    const [kind, ...parts] = credentials.split(":");
    if (kind === "key") {
        client.setCredentials({ type: "ApiKey", apiKey: parts.join(":") });
    } else {
        client.setCredentials({ type: "OAuth2", clientId: parts[0], clientSecret: parts.slice(1).join(":") });
    }
}

function split(words) {
    const all = [[]];
    for (const word of words) {
        if (word === "--") {
            all.push([]);
        } else {
            all[all.length - 1].push(word);
        }
    }
    return all;
}

async function main() {
    setCredentials();
    let before = {};
    for (const [call, ...args] of split(rest)) {
        const line = { call };
        try {
            const filled = args.map((arg) => arg.replace(/\{\{(\w+)\}\}/g, (_, field) => before[field]));
            line.answer = await calls[call](...filled);
            before = line.answer;
        } catch (error) {
            line.error = { class: error.constructor.name, name: error.name, code: error.code, message: error.message };
        }
        console.log(JSON.stringify(line));
    }
}

main();
