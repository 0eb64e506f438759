import { api } from '../../kit/data/api.ts'
import { ApiError, newKey, type Problem } from '../../kit/data/rpc.ts'

/** Sends the file as it is, with progress (fetch tells none for uploads). Answers the stored file's id. */
const send = (file: File, progress: (share: number) => void) =>
  new Promise<string>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (problem: Partial<Problem>) =>
      reject(
        new ApiError({
          type: 'about:blank',
          title: 'The upload failed',
          status: request.status,
          code: 'upload',
          detail: '',
          ...problem,
        }),
      )
    request.open('POST', '/files')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name))
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    request.onerror = () =>
      fail({ detail: 'The server cannot be reached. Check the network, then choose the file again.' })
    request.onload = () => {
      try {
        const body = JSON.parse(request.responseText) as { id?: string } & Partial<Problem>
        if (request.status < 300 && body.id) resolve(body.id)
        else fail(body)
      } catch {
        fail({ detail: 'The server gave no answer that can be read. Choose the file again.' })
      }
    }
    request.send(file)
  })

/** Uploads the file and starts its dry run. Answers the import's id. */
export async function upload(file: File, profile: string, progress: (share: number) => void): Promise<string> {
  const fileId = await send(file, progress)
  const { importId } = await api.exchange.startImport({ profile, fileId }, { key: newKey() })
  return importId
}
